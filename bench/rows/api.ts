// The API server as a process, asked over HTTP, beside a bare node:http server that sends the same bytes.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ask, follow } from '../ask.ts'
import { podBody } from '../pod.ts'
import { type Measured, type Row, measure } from '../row.ts'
import { startFloor, startOurs, type Subject } from '../subject.ts'

const podsPath = '/api/v1/namespaces/default/pods'
const allPods = '/api/v1/pods'
const listed = 5_000
const watchers = 200

let filled: Promise<Subject> | undefined

/** One server with 5,000 pods for all rows. */
function subject(): Promise<Subject> {
  filled ??= startOurs().then(async (ours) => {
    let next = 0
    const fill = async () => {
      while (next < listed) await ask(ours.port, 'POST', podsPath, podBody(`filled-${next++}`))
    }
    await Promise.all(Array.from({ length: 16 }, fill))
    return ours
  })
  return filled
}

/** Runs a floor that sends these bytes. */
async function onFloor(bytes: Uint8Array, run: (port: number) => Promise<Measured>): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'kubeling-bench-'))
  const file = join(folder, 'bytes')
  writeFileSync(file, bytes)
  const floor = await startFloor(file)
  try {
    return await run(floor.port)
  } finally {
    await floor.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

const sample = async (path: string) => ask((await subject()).port, 'GET', path)

function reads(name: string, path: string, clients: number): Row {
  return {
    name,
    floorName: 'bare node:http, same bytes',
    async ours(seconds) {
      const { port } = await subject()
      return measure(clients, seconds, () => ask(port, 'GET', path))
    },
    async floor(seconds) {
      return onFloor(await sample(path), (port) => measure(clients, seconds, () => ask(port, 'GET', '/')))
    },
  }
}

let made = 0

function creates(clients: number): Row {
  return {
    name: `API create pod, ${clients} client${clients > 1 ? 's' : ''}`,
    floorName: 'bare node:http, write and fdatasync',
    async ours(seconds) {
      const { port } = await subject()
      return measure(clients, seconds, () => ask(port, 'POST', podsPath, podBody(`made-${made++}`)))
    },
    async floor(seconds) {
      const body = podBody('made-0')
      return onFloor(await sample(`${podsPath}/filled-0`), (port) =>
        measure(clients, seconds, () => ask(port, 'POST', '/durable', body)),
      )
    },
  }
}

/** Writes one event at a time and waits until every watcher has it. */
async function fanOut(
  port: number,
  watchPath: string,
  seconds: number,
  cause: (i: number) => Promise<unknown>,
): Promise<Measured> {
  let missing = 0
  let done = () => {}
  const onLines = (count: number) => {
    missing -= count
    if (missing <= 0) done()
  }
  const stops = await Promise.all(Array.from({ length: watchers }, () => follow(port, watchPath, onLines)))
  const result = await measure(1, seconds, async (_, i) => {
    missing = watchers
    const all = new Promise<void>((resolve) => (done = resolve))
    await Promise.all([cause(i), all])
  })
  for (const stop of stops) stop()
  return { ...result, perSecond: result.perSecond * watchers }
}

const configMaps = '/api/v1/namespaces/kube-public/configmaps'
const eventBytes = 1_000

/** A change of about a kilobyte. */
const configMap = (name: string) =>
  Buffer.from(JSON.stringify({ metadata: { name }, data: { text: 'x'.repeat(eventBytes - 300) } }))

const watchRow: Row = {
  name: `API watch, ${watchers} watchers, events`,
  floorName: 'bare node:http, same bytes',
  async ours(seconds) {
    const { port } = await subject()
    const { metadata } = JSON.parse((await ask(port, 'GET', configMaps)).toString()) as {
      metadata: { resourceVersion: string }
    }
    const path = `${configMaps}?watch=1&resourceVersion=${metadata.resourceVersion}`
    return fanOut(port, path, seconds, () => ask(port, 'POST', configMaps, configMap(`told-${made++}`)))
  },
  async floor(seconds) {
    const body = configMap('told-0')
    const event = Buffer.concat([Buffer.from('x'.repeat(eventBytes - 1)), Buffer.from('\n')])
    return onFloor(event, (port) => fanOut(port, '/watch', seconds, () => ask(port, 'POST', '/event', body)))
  },
}

const startRow: Row = {
  name: 'API server, spawn to /readyz 200',
  floorName: 'bare node:http, spawn to 200',
  ours: (seconds) => measure(1, seconds, async () => (await startOurs()).stop()),
  floor: (seconds) => measure(1, seconds, async () => (await startFloor('')).stop()),
}

/** The API server's rows. */
export const rows: readonly Row[] = [
  startRow,
  reads('API get pod, 1 client', `${podsPath}/filled-7`, 1),
  reads('API get pod, 16 clients', `${podsPath}/filled-7`, 16),
  reads(`API list ${listed} pods`, `${allPods}?labelSelector=app%3Dbench&limit=${listed}`, 1),
  reads(
    `API list ${listed} pods from the cache`,
    `${allPods}?resourceVersion=0&labelSelector=app%3Dbench`,
    1,
  ),
  watchRow,
  creates(1),
  creates(16),
]
