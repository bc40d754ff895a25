"""Runs a command on a pseudo-terminal: pseudo-terminal.py COLUMNS COMMAND...; passes on its output and exit status."""

import fcntl, os, pty, struct, sys, termios

child, terminal = pty.fork()
if child == 0:
    # The size is there before the program asks for it.
    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 24, int(sys.argv[1]), 0, 0))
    os.execvp(sys.argv[2], sys.argv[2:])
while True:
    try:
        data = os.read(terminal, 65536)
    except OSError:  # EIO: the other end is closed
        break
    if not data:
        break
    os.write(1, data)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
