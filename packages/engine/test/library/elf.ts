/** The bytes of a 64-bit ELF library with nothing in it but, maybe, a run path. */
export function elf({ machine = 62, runPath }: { machine?: number; runPath?: string } = {}): Buffer {
  const address = 0x400000;
  const bytes = Buffer.alloc(1024);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  bytes.writeUInt16LE(3, 16);
  bytes.writeUInt16LE(machine, 18);
  bytes.writeBigUInt64LE(64n, 32); // the program headers follow the header
  bytes.writeUInt16LE(56, 54);
  bytes.writeUInt16LE(2, 56);
  const segment = (index: number, type: number, offset: number, size: number): void => {
    const at = 64 + index * 56;
    bytes.writeUInt32LE(type, at);
    bytes.writeBigUInt64LE(BigInt(offset), at + 8);
    bytes.writeBigUInt64LE(BigInt(address + offset), at + 16);
    bytes.writeBigUInt64LE(BigInt(size), at + 32);
  };
  segment(0, 1, 0, bytes.length); // PT_LOAD: the whole file
  segment(1, 2, 256, 48); // PT_DYNAMIC
  bytes.writeBigUInt64LE(5n, 256); // DT_STRTAB
  bytes.writeBigUInt64LE(BigInt(address + 512), 264);
  if (runPath !== undefined) {
    bytes.writeBigUInt64LE(29n, 272); // DT_RUNPATH, at byte 1 of the strings
    bytes.writeBigUInt64LE(1n, 280);
    bytes.write(`${runPath}\0`, 513, 'latin1');
  }
  return bytes;
}

/** The first bytes of a 64-bit Mach-O library. */
export function machO(cpuType = 0x0100000c): Buffer {
  const bytes = Buffer.alloc(64);
  bytes.writeUInt32LE(0xfeedfacf, 0);
  bytes.writeUInt32LE(cpuType, 4);
  return bytes;
}
