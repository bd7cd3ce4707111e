// What a program did to the files of one folder and what it said meanwhile, as strace saw it, in order.
import assert from 'node:assert/strict'
import { createReadStream, existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { basename } from 'node:path'

/** One step of a traced program. A sync is named when it has succeeded, everything else when it began. */
export type DiskStep =
  | { readonly kind: 'write'; readonly file: string; readonly at: number; readonly bytes: Buffer }
  | { readonly kind: 'truncate'; readonly file: string; readonly size: number }
  | { readonly kind: 'sync'; readonly file: string }
  | { readonly kind: 'create'; readonly file: string }
  | { readonly kind: 'unlink'; readonly file: string }
  | { readonly kind: 'said'; readonly text: string }
  /** A call that strace made fail. */
  | { readonly kind: 'injected'; readonly call: string; readonly file: string }

/** Why a test that traces cannot run here, or undefined. */
export const straceMissing = existsSync('/usr/bin/strace')
  ? undefined
  : '/usr/bin/strace is missing: apt-get install strace'

const calls =
  'openat,write,writev,pwrite64,pwritev,pwritev2,fsync,fdatasync,ftruncate,fallocate,rename,renameat,renameat2,unlink,unlinkat'

/** Strace's arguments that trace what is done to these paths, in a form that readTrace reads. */
export const straceArguments = (output: string, paths: readonly string[]): string[] => [
  '-f',
  '-y',
  '-xx',
  '--seccomp-bpf',
  '--string-limit=2000000',
  `--output=${output}`,
  `--trace=${calls}`,
  ...paths.flatMap((path) => ['-P', path]),
]

const fromHex = (text: string) => Buffer.from(text.replaceAll('\\x', ''), 'hex')
const line = /^(\d+) +(\w+)\((.*)$/
const resumed = /^(\d+) +<\.\.\. \w+ resumed>(.*)$/
const failed = /= -1 E/

/** Reads a trace; `saidTo` is the file that the program's stdout went to. */
export async function readTrace(path: string, saidTo: string): Promise<DiskStep[]> {
  const lines = createInterface({ input: createReadStream(path, 'latin1'), crlfDelay: Infinity })
  const syncing = new Map<string, string>()
  const steps: DiskStep[] = []
  for await (const text of lines) {
    const again = resumed.exec(text)
    if (again) {
      const file = syncing.get(again[1] as string)
      syncing.delete(again[1] as string)
      if (file !== undefined && !failed.test(again[2] as string)) steps.push({ kind: 'sync', file })
      continue
    }
    const [, thread = '', call = '', rest = ''] = line.exec(text) ?? []
    if (call === '') continue
    const step = readCall(call, rest, saidTo)
    if (step === undefined) continue
    if (rest.endsWith('(INJECTED)')) steps.push({ kind: 'injected', call, file: fileOf(rest) })
    else if (step.kind === 'sync' && rest.endsWith('<unfinished ...>')) syncing.set(thread, step.file)
    else if (!failed.test(rest.slice(-80))) steps.push(step)
  }
  return steps
}

/** The base name of a call's file, which is its first argument. */
const fileOf = (rest: string): string =>
  basename(fromHex(/^\d+<((?:\\x..)+)>/.exec(rest)?.[1] ?? '').toString())

function readCall(call: string, rest: string, saidTo: string): DiskStep | undefined {
  const file = fileOf(rest)
  switch (call) {
    case 'write':
    case 'pwrite64': {
      const [, hex = '', at] = /, "((?:\\x..)*)", \d+(?:, (\d+))?/.exec(rest) ?? []
      const bytes = fromHex(hex)
      if (file === saidTo) return { kind: 'said', text: bytes.toString() }
      return at === undefined ? undefined : { kind: 'write', file, at: Number(at), bytes }
    }
    case 'fsync':
    case 'fdatasync':
      return { kind: 'sync', file }
    case 'ftruncate':
      return { kind: 'truncate', file, size: Number(/, (\d+)/.exec(rest)?.[1]) }
    case 'openat':
      return rest.includes('O_CREAT') ? { kind: 'create', file: namedIn(rest) } : undefined
    case 'unlink':
    case 'unlinkat':
      return { kind: 'unlink', file: namedIn(rest) }
    default:
      assert.fail(`a trace with ${call}, which is not understood: ${rest.slice(0, 200)}`)
  }
}

const namedIn = (rest: string): string => basename(fromHex(/"((?:\\x..)*)"/.exec(rest)?.[1] ?? '').toString())
