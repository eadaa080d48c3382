"""Checks the installed Kymograph kernel the way Jupyter uses it; says what is wrong, exit status 1 if anything is."""

import glob
import json
import os
import re
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path
from queue import Empty

import nbformat
from jupyter_client import KernelManager

import execute

HANGS = 60  # seconds after which an answer is not waited for any longer
failures = []


class Kernel:
    """One running kernel and the blocking calls that the checks need."""

    def __init__(self, ignoring=False):
        self.manager = KernelManager(kernel_name="kymograph")
        # A process inherits what is ignored: so a server starts it that nohup, a CI runner or a container has started.
        before = signal.signal(signal.SIGINT, signal.SIG_IGN) if ignoring else None
        self.manager.start_kernel()
        if ignoring:
            signal.signal(signal.SIGINT, before)
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=HANGS)

    def run(self, code, interrupts=0):
        """The outputs of a cell, after so many interrupts, and whether it answered."""
        request = self.client.execute(code)
        for k in range(interrupts):
            threading.Timer(1.5 + k, self.manager.interrupt_kernel).start()
        outputs = []
        while True:
            try:
                message = self.client.get_iopub_msg(timeout=HANGS)
            except Empty:
                raise SystemExit(f"The kernel does not answer: {code}")
            if message["parent_header"].get("msg_id") != request:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind == "status" and content["execution_state"] == "idle":
                self.reply(request)
                return outputs
            if kind not in ("status", "execute_input"):
                outputs.append((kind, content))

    def reply(self, request):
        deadline = time.monotonic() + HANGS
        while time.monotonic() < deadline:
            message = self.client.get_shell_msg(timeout=HANGS)
            if message["parent_header"].get("msg_id") == request:
                return message["content"]
        raise SystemExit("The kernel does not reply.")

    def stop(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


def check(what, holds, found):
    if not holds:
        failures.append(what)
        print(f"FAILED: {what}; found {str(found)[:500]}", file=sys.stderr)


def text(outputs):
    return "".join(content["data"].get("text/plain", "") for kind, content in outputs if kind == "execute_result")


def error(outputs):
    return "\n".join("\n".join(content["traceback"]) for kind, content in outputs if kind == "error")


def interrupts(kernel):
    for name, code, presses in [
        ("a sleeping loop", "while (true) { Thread.sleep(50); }", 1),
        ("a loop that computes", "double s = 0; for (long i = 0; ; i++) { s += Math.sin(i); }", 1),
        ("a recursion", "long fib(int n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }\nfib(90)", 1),
        ("a stream", "java.util.stream.LongStream.iterate(0, i -> i + 1).filter(i -> i < 0).findFirst()", 1),
        ("a loop that swallows the first interrupt",
         "while (true) { try { Thread.sleep(50); } catch (InterruptedException e) { } }", 2),
    ]:
        found = kernel.run(code, presses)
        check(f"an interrupt ends {name}", "nterrupted" in error(found), found)
        found = kernel.run("kept")
        check(f"after {name} the kernel has its variables", text(found) == "41", found)


def ignored_interrupt():
    kernel = Kernel(ignoring=True)
    try:
        found = kernel.run("while (true) { }", 1)
        check("an interrupt comes although it was ignored at the start", "nterrupted" in error(found), found)
        found = kernel.run("40 + 2")
        check("after it the kernel answers", text(found) == "42", found)
    finally:
        kernel.stop()


def displays(kernel):
    found = kernel.run('var shown = Notebook.display(); shown.show("one"); shown.show("two");')
    kinds = [kind for kind, _ in found]
    check("a display is replaced in place", kinds == ["display_data", "update_display_data"]
          and found[0][1]["transient"]["display_id"] == found[1][1]["transient"]["display_id"]
          and found[1][1]["data"]["text/plain"] == "two", found)
    found = kernel.run('Table.create("t", DoubleColumn.create("x", 1, 2))')
    check("a table at a cell's end is shown as HTML", len(found) == 1 and "<table" in found[0][1]["data"].get("text/html", ""), found)
    found = kernel.run('"a < b"')
    check("other objects are shown as text", text(found) == "a < b" and "text/html" not in found[0][1]["data"], found)
    found = kernel.run('org.slf4j.LoggerFactory.getLogger("check").warn("expected here, not in a cell");')
    check("the log stays out of cells", found == [], found)


def errors(kernel):
    found = kernel.run('throw new RecordException(Path.of("metrics.jsonl"), "epoch is -1");')
    lines = [line for line in error(found).splitlines() if line.strip()]
    check("an error of the library is one sentence first, without the library's frames",
          any("epoch is -1" in line for line in lines[:2]) and not any("at org.kymograph" in line for line in lines), found)
    found = kernel.run('Integer.parseInt("x")')
    check("an error of other code keeps its trace", "Integer.parseInt" in error(found), found)
    found = kernel.run("unknown + 1")
    check("a compiler's error names what it does not know", "unknown" in error(found) and "line 1" in error(found), found)
    found = kernel.run('int half(int n) { return 4 / n; }\ntry { half(0); } catch (Exception e) { throw new RuntimeException("outer", e); }')
    check("causes are shown, with the reader's lines and without the kernel's frames",
          all(part in error(found) for part in ["outer", "Caused by: ", "/ by zero", "line 1: int half"])
          and not any(part in error(found) for part in ["org.rapaio", "reflect", "FutureTask"]), found)
    for code, sentences in [
        ("for (int i = 0; i < 3; i++ {", ["( is not closed, line 1"]),
        ('int a1 = 3;\nvoid f(int x) {\n  if (x > 1) {\n    System.out.println("a(");\n}', ["{ is not closed, line 2"]),
        ('int a2 = 1;\nList.of(1, \')\', ")"', ["( is not closed, line 2"]),
        ("int[] a3 = {1, 2", ["{ is not closed, line 1"]),
        ("/* never", ["/* is not closed, line 1"]),
        ('String a4 = """\n text', ['""" is not closed, line 1']),
        ("int a5 =", ["middle of a statement, line 1"]),
        ("%maven a:b:1", ["%maven", "magic"]),
        ("%%x\ny", ["%%x", "magic"]),
        ("int a6 = 1;\n%time f()", ["Line 2", "%time", "magic"]),
        ("!ls -l", ["!ls", "shell"]),
        ("?Trainer", ["Shift+Tab"]),
        ("help()", ["Shift+Tab"]),
        ("class C1 { C2 other; }", ["C1", "class C2"]),
        ("int g1() { return g2(); }\ng1()", ["g1", "g2()"]),
        ("System.exit(1)", ["exit(1)"]),
    ]:
        found = kernel.run(code)
        check(f"one sentence about {code!r}", all(part in error(found) for part in sentences)
              and "org.rapaio" not in error(found), found)
    found = kernel.run("kept")
    check("after the errors the kernel has its variables", text(found) == "41", found)


def values(kernel):
    for code in [
        "List<Object> l1 = new ArrayList<>(), l2 = new ArrayList<>(); l1.add(l2); l2.add(l1); l1",
        'class Bad { public String toString() { throw new AssertionError("no"); } }\nnew Bad()',
        "class Deep { public String toString() { return new Deep().toString(); } }\nnew Deep()",
        "throw new OutOfMemoryError()",
        "Iterator<Integer> it = null; it.next()",
        "Map<Object, Object> self = new HashMap<>(); self.put(1, new Object[] {self}); self.put(2, List.of(self)); self",
    ]:
        found = kernel.run(code)
        check(f"an Error while a value is made or shown is an error: {code}", "Error" in error(found) or "Exception" in error(found), found)
        found = kernel.run("1 + 1")
        check(f"the kernel answers after {code}", text(found) == "2", found)
    for code, shown in [
        ("Object[] ring = new Object[1]; ring[0] = ring; ring", "[[…]]"),
        ("class Nothing { public String toString() { return null; } }\nnew Nothing()", "null"),
        ("class A1 { B1 b; }\nclass B1 { A1 a; }\nnew A1().b == null", "true"),
        ("sealed interface S1 permits P1 {}\nrecord P1(int n) implements S1 {}\nS1 s1 = new P1(3);\ns1", "P1[n=3]"),
        ("5\n% 3", "2"),
        ("Function<Integer, Integer> add = x -> x + 1; add.apply(2)", "3"),
        ("new SequentialBlock().add(Linear.builder().setUnits(3).build()).add(Activation.reluBlock()).getChildren().size()", "2"),
    ]:
        found = kernel.run(code)
        check(f"{code} shows {shown}", text(found) == shown, found)
    for code in ['System.out.printf("%d%n", 3);', 'System.err.append("3")', "Object none = null; none"]:
        found = kernel.run(code)
        check(f"{code} shows no value", text(found) == "" and error(found) == "", found)
    found = kernel.run("class Slow { public String toString() { while (true) { } } }\nnew Slow()", 1)
    check("an endless toString can be interrupted", "interrupted" in error(found), found)
    found = kernel.run("tech.tablesaw.plotly.Plot.show(Plots.lines(new double[] {1, 2}, Map.of(\"a\", new double[] {1, 2})))")
    check("Tablesaw's own call shows a figure", len(found) == 1 and "kymograph-figure" in str(found), found)


def output(kernel):
    found = kernel.run('for (int i = 0; i < 30000; i++) System.out.println("line " + i);')
    lines = "".join(content["text"] for kind, content in found if kind == "stream").splitlines()
    check("30,000 lines arrive, whole and in order", lines == [f"line {i}" for i in range(30000)], len(lines))
    check("they come in few messages", len(found) < 100, len(found))
    found = kernel.run('System.out.println("é€😀"); System.err.println("b"); Notebook.show("c"); System.out.print("d");')
    check("the order of both streams and of what is shown is kept",
          [content.get("text") or content["data"]["text/plain"] for _, content in found] == ["é€😀\n", "b\n", "c", "d"], found)
    found = kernel.run("for (int i = 0; i < 3000; i++) Notebook.show(i);")
    check("3,000 displays arrive", len(found) == 3000, len(found))
    found = kernel.run('while (true) System.out.println("endless");', 1)
    check("endless output can be interrupted", "interrupted" in error(found), error(found))
    found = kernel.run('Thread t1 = new Thread(() -> System.out.println("from a thread")); t1.start(); t1.join();')
    check("a thread's output belongs to the cell", "from a thread" in str(found), found)


def sentences_of_interrupts(kernel):
    for code in ["while (true) { Thread.sleep(50); }", "while (true) { }",
                 "java.util.concurrent.Executors.newCachedThreadPool().submit(() -> { Thread.sleep(60_000); return 1; }).get()",
                 'Trainer.of(Experiments.sparseParity().withLength(Span.epochs(100_000))).train(Files.createTempDirectory("runs"), 0)']:
        found = kernel.run(code, 1)
        lines = error(found).splitlines()
        check(f"an interrupt is one sentence: {code}", len(lines) == 1 and "The cell was interrupted" in lines[0], found)


def control(kernel):
    """What comes on the control channel is answered there, also while a cell runs."""
    running = kernel.client.execute('for (int i = 0; i < 20; i++) { Thread.sleep(100); System.out.println("tick"); }')
    time.sleep(0.5)
    for kind, answer in [("kernel_info_request", "kernel_info_reply"), ("interrupt_request", "interrupt_reply")]:
        message = kernel.client.session.msg(kind, {})
        kernel.client.control_channel.send(message)
        found = kernel.client.get_control_msg(timeout=HANGS)
        check(f"{kind} is answered on the control channel",
              found["msg_type"] == answer and found["parent_header"]["msg_id"] == message["header"]["msg_id"], found)
    check("a message interrupts, too", kernel.reply(running)["status"] == "error", "")
    found = kernel.run("kept")
    check("after it the kernel has its variables", text(found) == "41", found)


def run_all(kernel):
    """A cell that fails ends those that were sent with it, as in other kernels."""
    requests = [kernel.client.execute(code) for code in
                ["Thread.sleep(500); kept = 42;", 'throw new IllegalStateException("stop");', "kept = 43;", "kept = 44;"]]
    statuses = [kernel.reply(request)["status"] for request in requests]
    check("cells behind one that fails do not run", statuses == ["ok", "error", "aborted", "aborted"], statuses)
    found = kernel.run("kept")
    check("and those before it have run", text(found) == "42", found)
    kernel.run("kept = 41;")


def help_while_typing(kernel):
    kernel.run("Experiment experiment = Experiments.sparseParity();")

    def inspect(code):
        found = kernel.reply(kernel.client.inspect(code.replace("|", ""), code.index("|")))
        return found["data"].get("text/plain", "") if found.get("found") else ""

    def complete(code):
        return kernel.reply(kernel.client.complete(code.replace("|", ""), code.index("|")))["matches"]

    for code, parts in [
        ("Notebook.show|(", ["Object value", "Shows any object in the running cell."]),
        ("Trainer.of(|", ["Trainer.of(Experiment experiment)"]),
        ("Trainer.of|", ["Trainer.of(Experiment experiment)"]),
        ("Trainer|", ["Trains an experiment"]),
        ("experiment|", ["experiment:Experiment"]),
        ("Experiments.sparseParity(|)", ["Sparse parity: "]),
        ("Plots.lines(experiment, |", ["Table table"]),
        ("var mine = Trainer.of(experiment);\nmine.train(|", ["seeds"]),
        ("new SparseParity(|", ["bits"]),
        ("Trainer.of(experiment)\n    .withListener(|", ["TrainingListener listener"]),
        ("Math.max(1, |", ["int Math.max(int a, int b)"]),
        ("Table|", ["Table"]),
        ("NDManager.newBaseManager(|", ["NDManager NDManager.newBaseManager(Device device)"]),
        ("Table.read().csv(|", ["DataFrameReader.csv(String file)"]),
        ("LocalDate.of(|", ["LocalDate LocalDate.of(int year, int month, int dayOfMonth)"]),
        ("new ArrayList<>(|", ["int initialCapacity"]),
    ]:
        found = inspect(code)
        check(f"Shift+Tab at {code!r}", all(part in found for part in parts), found)
        check(f"no tags at {code!r}", "@param" not in found and "{@" not in found and "<p>" not in found, found)
    for code, first in [("Notebook.sh|", "show("), ("experiment.withNet|", "withNetwork("), ("Trainer.of(experiment).|", "train("),
                        ("int z9 = 3;\nList<String> q9 = new ArrayList<>();\nq9.ad|", "add(")]:
        found = complete(code)
        check(f"Tab at {code!r}", found and found[0] == first, found)
    folder = tempfile.mkdtemp()
    open(os.path.join(folder, "metrics.csv"), "w").close()
    os.mkdir(os.path.join(folder, "more"))
    for code, names in [('Path.of("@/m|")', ["metrics.csv", "more/"]), ('Table.read().csv("@/met|', ["metrics.csv"]),
                        ('"@/x|', []), ("// \"@/m|", []), ('"a" + experiment.withNet|', ["withNetwork("])]:
        found = complete(code.replace("@", folder))
        check(f"Tab in {code!r}", found == names, found)
    kernel.run('Table costs = Table.create("costs", DoubleColumn.create("eval_loss"), DoubleColumn.create("eval_accuracy"));')
    for code, names in [('costs.doubleColumn("eval_l|', ["eval_loss"]), ('Plots.lines(costs, "eval_loss", "eval_|")', ["eval_loss", "eval_accuracy"]),
                        ('Path.of("eval_|")', [])]:
        found = complete(code)
        check(f"Tab for a column in {code!r}", found == names, found)
    found = complete("Trainer.of(experiment).|")
    check("what every object has goes last", found.index("withWorkers(") < found.index("wait("), found)


def end_while_training():
    """A kernel that is shut down while it trains leaves its runs as interrupted, and does not crash."""
    folder = tempfile.mkdtemp()
    before = os.getcwd()
    os.chdir(folder)  # Where a JVM that crashes writes of it.
    try:
        kernel = Kernel()
        kernel.client.execute('Trainer.of(Experiments.sparseParity().withLength(Span.epochs(100_000))).withStackSize(1).train("runs", 0, 1)')
        deadline = time.monotonic() + HANGS
        while len(glob.glob("runs/*/*/metrics.jsonl")) < 2 and time.monotonic() < deadline:
            time.sleep(0.1)
        kernel.client.stop_channels()
        kernel.manager.shutdown_kernel()
        runs = [json.load(open(run, encoding="utf-8"))["status"] for run in glob.glob("runs/*/*/run.json")]
        check("runs whose kernel is shut down are left as interrupted", runs == ["interrupted"] * 2, runs)
        check("a kernel that is shut down while it trains does not crash", glob.glob("hs_err*") == [], os.listdir())
    finally:
        os.chdir(before)


def patience():
    client = execute.client_for(nbformat.v4.new_notebook(), Path("a.ipynb"), 1800)
    check("a busy cell is waited for", client.timeout == 1800, client.timeout)
    check("a kernel that starts slowly is waited for", client.startup_timeout >= 600, client.startup_timeout)


def main():
    patience()
    kernel = Kernel()
    try:
        found = kernel.run("int kept = 41; kept + 1")
        check("a cell answers", text(found) == "42", found)
        found = kernel.run("try (NDManager m = NDManager.newBaseManager()) { System.out.println(m.arange(4f).sum().getFloat()); }")
        check("arrays compute", "6.0" in str(found), found)
        interrupts(kernel)
        displays(kernel)
        sentences_of_interrupts(kernel)
        errors(kernel)
        values(kernel)
        output(kernel)
        control(kernel)
        run_all(kernel)
        help_while_typing(kernel)
    finally:
        kernel.stop()
    ignored_interrupt()
    end_while_training()
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
