"""Runs a command on a pseudo-terminal until it shows a text, then closes the terminal: closing-terminal.py PATTERN COMMAND...

Prints the command's exit status, which is negative where a signal ended it.
"""

import os, pty, re, sys

child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
shown = b""
while not re.search(sys.argv[1].encode(), shown):
    shown = (shown + os.read(terminal, 65536))[-4096:]
os.close(terminal)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
