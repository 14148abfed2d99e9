"""Runs a program on a pseudo-terminal: terminal.py COLUMNS PROGRAM ARGUMENT...

What is read from standard input is typed there, what appears there is written to standard output, and the exit code is
the program's; 128 and the number of the signal when one ended it.
"""

import fcntl
import os
import pty
import select
import struct
import sys
import termios

columns = int(sys.argv[1])
program = sys.argv[2:]
child, terminal = pty.fork()
if child == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    os.execvp(program[0], program)

sources = [terminal, 0]
while terminal in sources:
    for source in select.select(sources, [], [])[0]:
        try:
            data = os.read(source, 65536)
        except OSError:  # Linux says EIO when the last process has left the terminal
            data = b""
        if not data:
            sources.remove(source)
        elif source == terminal:
            os.write(1, data)
        else:
            os.write(terminal, data)

sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) % 256)
