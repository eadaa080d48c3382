"""Executes a notebook with the Kymograph kernel, telling which cell runs; exit status 1 if a cell fails."""

import argparse
import asyncio
import os
import re
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError

ANSI = re.compile(r"\x1b\[[0-9;]*m")
STILL_RUNNING = 10  # seconds between two lines about the same cell
STARTS = 600  # seconds that the kernel may take to start; on a busy machine, or the first time, a minute is not enough


def say(text):
    print(text, file=sys.stderr, flush=True)


def first_words(cell):
    lines = [line.strip() for line in cell.source.splitlines() if line.strip() and not line.startswith("import ")]
    line = lines[0] if lines else ""
    return line if len(line) <= 60 else line[:59] + "…"


class Client(NotebookClient):
    """Tells on standard error which cell runs, and for how long."""

    def prepare(self, name):
        self.name = name
        code = [i for i, cell in enumerate(self.nb.cells) if cell.cell_type == "code" and cell.source.strip()]
        self.number = {index: k + 1 for k, index in enumerate(code)}
        self.started = time.monotonic()

    async def async_execute_cell(self, cell, cell_index, *args, **kwargs):
        if cell_index not in self.number:
            return await super().async_execute_cell(cell, cell_index, *args, **kwargs)
        head = f"{self.name}, cell {self.number[cell_index]} of {len(self.number)}"
        say(f"[{time.monotonic() - self.started:4.0f} s] {head}: {first_words(cell)}")
        begun = time.monotonic()

        async def beat():
            while True:
                await asyncio.sleep(STILL_RUNNING)
                say(f"[{time.monotonic() - self.started:4.0f} s] {head}: running for {time.monotonic() - begun:.0f} s")

        beating = asyncio.ensure_future(beat())
        try:
            return await super().async_execute_cell(cell, cell_index, *args, **kwargs)
        finally:
            beating.cancel()


def join_streams(notebook):
    """What a cell printed, as one output: a front end may show each piece of a line on a line of its own."""
    for cell in notebook.cells:
        joined = []
        for output in cell.get("outputs", []):
            last = joined[-1] if joined else None
            if last is not None and output.output_type == last.output_type == "stream" and output.name == last.name:
                last.text += output.text
            else:
                joined.append(output)
        if "outputs" in cell:
            cell.outputs = joined


def failure(notebook, client):
    """The notebook, the cell and what the kernel said, shortest first."""
    for index, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                lines = [line for entry in output.traceback for line in ANSI.sub("", entry).splitlines() if line.strip(" -")]
                head = f"{client.name}, cell {client.number.get(index, '?')}: "
                return head + (lines[0] if lines else f"{output.ename}: {output.evalue}"), lines[1:13]
    return None


def client_for(notebook, path, timeout):
    """A client for which a cell may be busy, and silent, for the time-out, and a kernel may start slowly."""
    client = Client(notebook, kernel_name="kymograph", timeout=timeout, startup_timeout=STARTS,
                    resources={"metadata": {"path": str(path.resolve().parent)}})
    client.prepare(path.name)
    return client


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("notebook", type=Path)
    parser.add_argument("--out", type=Path, help="where to write the executed notebook; without it, nowhere")
    parser.add_argument("--timeout", type=int, default=1800, help="seconds that one cell may take")
    given = parser.parse_args()

    try:
        notebook = nbformat.read(given.notebook, as_version=4)
    except Exception as e:  # nbformat has no one class for a file that is not a notebook
        reason = str(e).strip().splitlines()[0] if isinstance(e, OSError) else "it is not JSON of Jupyter's form"
        say(f"kymograph: {given.notebook} is no notebook: {reason}.")
        return 1
    # Readers' notebooks may name another Java kernel; this one runs them unchanged.
    client = client_for(notebook, given.notebook, given.timeout)
    say(f"Running {given.notebook.name}: {len(client.number)} cells")
    try:
        client.execute()
    except CellExecutionError:
        sentence, more = failure(notebook, client)
        if any("No space left on device" in line for line in [sentence, *more]):
            more = []
        say(f"kymograph: {sentence}")
        for line in more:
            say(f"  {line}")
        return 1
    except TimeoutError as e:
        say(f"kymograph: {given.notebook.name}: a cell took more than {given.timeout} s. {e}")
        return 1
    except (DeadKernelError, RuntimeError) as e:
        say(f"kymograph: {given.notebook.name}: the Java kernel died ({e}).")
        # nbclient's own exit hook fails when there is no kernel to clean up.
        os._exit(1)
    finally:
        if given.out:
            join_streams(notebook)
            temporary = given.out.with_name(given.out.name + ".new")
            nbformat.write(notebook, temporary)
            temporary.replace(given.out)
    say(f"[{time.monotonic() - client.started:4.0f} s] {given.notebook.name}: done")
    return 0


if __name__ == "__main__":
    sys.exit(main())
