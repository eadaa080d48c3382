"""Times 30,000 printed lines in the installed Kymograph kernel and in ipykernel, in turn, until the last has arrived.

Needs jupyter_client and ipykernel; JUPYTER_PATH is where the kernel is installed: .kymograph/jupyter in the clone.
"""

import statistics
import sys
import time

from jupyter_client import KernelManager

LINES = 30_000
CELLS = {
    "kymograph": f'for (int i = 0; i < {LINES}; i++) System.out.println("line " + i);',
    "python3": f"for i in range({LINES}): print('line', i)",
}


def start(name):
    manager = KernelManager(kernel_name=name)
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=120)
    return manager, client


def printed(client, code):
    """Seconds until the cell is idle, and how many messages brought its lines."""
    begin = time.perf_counter()
    request = client.execute(code)
    text, messages = [], 0
    while True:
        message = client.get_iopub_msg(timeout=120)
        if message["parent_header"].get("msg_id") != request:
            continue
        if message["msg_type"] == "stream":
            text.append(message["content"]["text"])
            messages += 1
        elif message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
            break
    seconds = time.perf_counter() - begin
    assert "".join(text) == "".join(f"line {i}\n" for i in range(LINES)), "lines are missing"
    return seconds, messages


def main(rounds):
    kernels = {name: start(name) for name in CELLS}
    found = {name: [] for name in CELLS}
    for turn in range(rounds + 1):
        for name, code in CELLS.items():
            one = printed(kernels[name][1], code)
            if turn:  # the first warms up
                found[name].append(one)
    for name, all_of_it in found.items():
        seconds = [s for s, _ in all_of_it]
        print(f"{name:10} {statistics.median(seconds):6.2f} s (from {min(seconds):.2f} to {max(seconds):.2f}), "
              f"{statistics.median(m for _, m in all_of_it):.0f} messages")
    for manager, client in kernels.values():
        client.stop_channels()
        manager.shutdown_kernel(now=True)


main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
