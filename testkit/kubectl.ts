import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import type { TestContext } from 'node:test'
import { silent } from '#base/log'
import { startApiServer } from '#cluster'
import { kubectl } from '#kubectl'
import { seededRandom } from './seeded-random.ts'
import { VirtualClock } from './virtual-clock.ts'

/** What a command line printed and how it ended. */
export interface KubectlResult {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** What a test may choose about one command line. */
export interface KubectlInput {
  readonly stdin?: string
  readonly env?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
  /** Told of each piece of standard output as it is written. */
  readonly onOut?: (text: string) => void
}

/** Our kubectl in the test process, against an API server of its own on the memory store and a clock that stands still. */
export interface TestKubectl {
  readonly url: string
  readonly clock: VirtualClock
  /** A folder that goes when the test ends; the home of the user. */
  readonly home: string
  /** Runs one command line, given as words. */
  run(argv: readonly string[], input?: KubectlInput): Promise<KubectlResult>
  /** The same without a word of the server. */
  bare(argv: readonly string[], input?: KubectlInput): Promise<KubectlResult>
  /** Runs a command line of plain words that must end with 0, and gives its standard output. */
  ok(line: string, input?: KubectlInput): Promise<string>
}

/** Starts the server; it ends with the test. */
export async function startKubectl(t: Pick<TestContext, 'after'>): Promise<TestKubectl> {
  const home = mkdtempSync(join(tmpdir(), 'kubeling-kubectl-'))
  const clock = new VirtualClock()
  const server = await startApiServer(
    {
      store: { kind: 'memory' },
      insecure: { address: '127.0.0.1', port: 0 },
      advertiseAddress: '127.0.0.1',
      certDir: join(home, 'certs'),
      allowPrivileged: true,
    },
    { clock, random: seededRandom(1), log: silent, files: noFiles },
  )
  t.after(async () => {
    await server.close()
    rmSync(home, { recursive: true, force: true })
  })
  const url = server.insecureUrl as string
  const world = { home, clock }
  const run = (argv: readonly string[], input: KubectlInput = {}) =>
    runKubectl(['--server', url, ...argv], input, world)
  return {
    url,
    clock,
    home,
    run,
    bare: (argv, input = {}) => runKubectl(argv, input, world),
    async ok(line, input) {
      const { code, out, err } = await run(line.split(' '), input)
      if (code !== 0) throw new Error(`kubectl ${line} ended with ${code}: ${err}`)
      return out
    },
  }
}

const noFiles = {
  read: async () => undefined,
  write: async (path: string) => {
    throw new Error(`a test server without TLS has nothing to write to ${path}`)
  },
}

interface World {
  readonly home: string
  readonly clock: VirtualClock
}

async function runKubectl(
  argv: readonly string[],
  { stdin = '', env = {}, signal, onOut }: KubectlInput,
  { home, clock }: World,
): Promise<KubectlResult> {
  const out = new Collector(onOut)
  const err = new Collector()
  const code = await kubectl(argv, {
    stdin: Readable.from(stdin === '' ? [] : [Buffer.from(stdin)]),
    stdout: out,
    stderr: err,
    env,
    home,
    clock,
    signal: signal ?? new AbortController().signal,
  })
  return { code, out: out.text, err: err.text }
}

/** Keeps what is written to it. */
class Collector extends Writable {
  text = ''
  readonly #onText: ((text: string) => void) | undefined

  constructor(onText?: (text: string) => void) {
    super()
    this.#onText = onText
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString()
    this.#onText?.(chunk.toString())
    done()
  }
}
