// What it costs to record who owns which fields: the same writes to a server that records it, and to one that shows
// itself as Kubernetes 1.3, which knew nothing of owners.
import { ask } from '../ask.ts'
import { podBody } from '../pod.ts'
import { type Measured, type Row, measure } from '../row.ts'
import { startOurs, type Subject } from '../subject.ts'

const podsPath = '/api/v1/namespaces/default/pods'
const patched = 64
const merge = 'application/merge-patch+json'

/** One server of each kind for all rows, each with the pods that are patched. */
const servers = new Map<string, Promise<Subject>>()

function server(...words: string[]): Promise<Subject> {
  const key = words.join(' ')
  let started = servers.get(key)
  if (started === undefined) {
    started = startOurs(...words).then(async (subject) => {
      for (let i = 0; i < patched; i++) await ask(subject.port, 'POST', podsPath, podBody(`patched-${i}`))
      return subject
    })
    servers.set(key, started)
  }
  return started
}

type Write = (port: number, client: number, i: number) => Promise<unknown>

let made = 0

const create: Write = (port) => ask(port, 'POST', podsPath, podBody(`owned-${made++}`))
const patch: Write = (port, client, i) => {
  const body = Buffer.from(JSON.stringify({ metadata: { labels: { turn: `t${i}` } } }))
  return ask(port, 'PATCH', `${podsPath}/patched-${client}`, body, merge)
}

function writes(name: string, clients: number, write: Write): Row {
  const on = async (words: string[], seconds: number): Promise<Measured> => {
    const { port } = await server(...words)
    return measure(clients, seconds, (client, i) => write(port, client, i))
  }
  return {
    name: `owners: ${name}, ${clients} client${clients > 1 ? 's' : ''}`,
    floorName: 'the same server without owners',
    ours: (seconds) => on([], seconds),
    floor: (seconds) => on(['--compat=v1.3'], seconds),
  }
}

/** The rows of writes with and without owners. */
export const rows: readonly Row[] = [
  writes('create pod', 1, create),
  writes('create pod', 16, create),
  writes('patch pod', 1, patch),
  writes('patch pod', 16, patch),
]
