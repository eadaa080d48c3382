"""Checks the installed Kymograph kernel the way Jupyter uses it; says what is wrong, exit status 1 if anything is."""

import signal
import sys
import threading
import time
from queue import Empty

from jupyter_client import KernelManager

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
    found = kernel.run('Display shown = Notebook.display(); shown.show("one"); shown.show("two");')
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
    found = kernel.run('throw new org.kymograph.record.RecordException(Path.of("metrics.jsonl"), "epoch is -1");')
    lines = [line for line in error(found).splitlines() if line.strip()]
    check("an error of the library is one sentence first, without the library's frames",
          any("epoch is -1" in line for line in lines[:2]) and not any("at org.kymograph" in line for line in lines), found)
    found = kernel.run('Integer.parseInt("x")')
    check("an error of other code keeps its trace", "Integer.parseInt" in error(found), found)
    found = kernel.run("unknown + 1")
    check("a compiler's error names what it does not know", "unknown" in error(found), found)


def help_while_typing(kernel):
    code = "Notebook.sh"
    found = kernel.reply(kernel.client.complete(code, len(code)))
    check("completion knows the library", any("show" in match for match in found["matches"]), found)
    code = "Notebook.show"
    found = kernel.reply(kernel.client.inspect(code + "(", len(code)))
    check("inspection shows signature and documentation",
          "Object value" in str(found.get("data")) and "Shows any object" in str(found.get("data")), found)


def main():
    kernel = Kernel()
    try:
        found = kernel.run("int kept = 41; kept + 1")
        check("a cell answers", text(found) == "42", found)
        found = kernel.run("try (NDManager m = NDManager.newBaseManager()) { System.out.println(m.arange(4f).sum().getFloat()); }")
        check("arrays compute", "6.0" in str(found), found)
        interrupts(kernel)
        displays(kernel)
        errors(kernel)
        help_while_typing(kernel)
    finally:
        kernel.stop()
    ignored_interrupt()
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
