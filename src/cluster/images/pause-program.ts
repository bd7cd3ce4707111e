const baseAddress = 0x400000
const headersSize = 64 + 56

const word32 = (value: number) => [
  value & 255,
  (value >>> 8) & 255,
  (value >>> 16) & 255,
  (value >>> 24) & 255,
]
const word64 = (value: number) => [...word32(value), ...word32(0)]

/**
 * A Linux program for x86-64, made here so that sandboxes need no compiler and no network. It asks the kernel to reap
 * its orphans (SIGCHLD ignored), then waits for SIGINT or SIGTERM and ends with 0.
 */
export function pauseProgram(): Uint8Array {
  const codeAt = (at: number) => baseAddress + headersSize + at
  const codeSize = assemble(0, 0).length
  const action = codeAt(codeSize)
  const signals = action + 32
  const code = assemble(action, signals)
  const data = [
    ...word64(1),
    ...word64(2),
    ...word64(0),
    ...word64(0), // SIG_IGN, SA_NOCLDWAIT, no restorer, no mask
    ...word64((1 << 1) | (1 << 14)), // SIGINT and SIGTERM
  ]
  const size = headersSize + code.length + data.length
  return Uint8Array.from([...elfHeader(codeAt(0)), ...programHeader(size), ...code, ...data])
}

/** The instructions, with the addresses of the sigaction and of the signal set in them. */
function assemble(action: number, signals: number): number[] {
  return [
    [0xb8, ...word32(13)], // mov eax, rt_sigaction
    [0xbf, ...word32(17)], // mov edi, SIGCHLD
    [0xbe, ...word32(action)], // mov esi, action
    [0x31, 0xd2], // xor edx, edx
    [0x41, 0xba, ...word32(8)], // mov r10d, 8 (bytes in a signal set)
    [0x0f, 0x05], // syscall
    [0xb8, ...word32(14)], // mov eax, rt_sigprocmask
    [0x31, 0xff], // xor edi, edi (SIG_BLOCK)
    [0xbe, ...word32(signals)], // mov esi, signals
    [0x31, 0xd2], // xor edx, edx
    [0x0f, 0x05], // syscall
    [0xb8, ...word32(128)], // wait: mov eax, rt_sigtimedwait
    [0xbf, ...word32(signals)], // mov edi, signals
    [0x31, 0xf6], // xor esi, esi
    [0x31, 0xd2], // xor edx, edx (no timeout)
    [0x0f, 0x05], // syscall
    [0x85, 0xc0], // test eax, eax
    [0x7e, 0xec], // jle wait (interrupted)
    [0xb8, ...word32(60)], // mov eax, exit
    [0x31, 0xff], // xor edi, edi
    [0x0f, 0x05], // syscall
  ].flat()
}

function elfHeader(entry: number): number[] {
  return [
    [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0], // ELF, 64 bit, little endian
    [2, 0, 62, 0, ...word32(1)], // executable for x86-64
    [...word64(entry), ...word64(64), ...word64(0)], // start, program headers, no sections
    [...word32(0), 64, 0, 56, 0, 1, 0, 0, 0, 0, 0, 0, 0], // one program header
  ].flat()
}

/** The whole file is mapped, readable and executable. */
function programHeader(size: number): number[] {
  return [
    [...word32(1), ...word32(5), ...word64(0)],
    [...word64(baseAddress), ...word64(baseAddress), ...word64(size), ...word64(size), ...word64(0x1000)],
  ].flat()
}
