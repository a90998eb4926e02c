"""
Hands its pipes and arguments over to where programs are forked (`warm_start.py`), and ends with the code of what runs.

When it is killed, that ends, too. Run as a script; it imports as little as it can, since it is what a start costs.
"""

import json
import os
import socket
import sys


def main() -> None:
    """Order what the arguments say, after the address to order it at, and wait for its end."""
    stove = socket.socket(socket.AF_UNIX)
    stove.connect(sys.argv[1])
    order = json.dumps([sys.argv[2:], os.getcwd(), dict(os.environ)]).encode() + b"\n"
    socket.send_fds(stove, [order[:1]], [0, 1, 2])
    stove.sendall(order[1:])
    for number in (0, 1):
        os.close(number)
    code = int(stove.recv(16))
    if code < 0:
        os.kill(os.getpid(), -code)
    os._exit(code)


if __name__ == "__main__":
    main()
