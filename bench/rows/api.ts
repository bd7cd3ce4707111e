// Single requests and lists, as users' programs send them.
import { always, type Bench, defaultPods, type Load, type Protocol, underLoad } from '../bench.ts'
import type { Connection, Prepared } from '../load/connection.ts'
import { podBody } from '../pod.ts'
import type { Measured, Row } from '../row.ts'

const strategic = { 'content-type': 'application/strategic-merge-patch+json' }
const onePod = `${defaultPods}/filled-7`
/** Other pods than those that are listed. */
const otherPods = '/api/v1/namespaces/kube-public/pods'

const clientsText = (count: number) => `${count} client${count > 1 ? 's' : ''}`
const overText = (protocol: Protocol) => (protocol === 'h1' ? ', HTTP/1.1' : '')

function reads(name: string, path: string, clients: number, protocol: Protocol = 'h2'): Row {
  const load = (asked: string, seconds: number): Load => ({
    protocol,
    clients,
    seconds,
    prepare: always('GET', asked),
  })
  return {
    name: `${name}, ${clientsText(clients)}${overText(protocol)}`,
    floorName: 'bare TLS server, same bytes',
    ours: async (bench, seconds) => underLoad(await bench.ours(), load(path, seconds)),
    floor: async (bench, seconds) =>
      underLoad(await bench.floor(path, () => bench.sample(path)), load('/', seconds)),
  }
}

/** The same body to the floor, which answers when it is on disk, with what we answer. */
async function durableFloor(
  bench: Bench,
  clients: number,
  protocol: Protocol,
  body: Uint8Array,
  seconds: number,
): Promise<Measured> {
  const floor = await bench.floor(onePod, () => bench.sample(onePod))
  return underLoad(floor, { protocol, clients, seconds, prepare: always('POST', '/durable', body) })
}

function creates(clients: number, protocol: Protocol = 'h2'): Row {
  const body = podBody({ generateName: 'made-' })
  return {
    name: `create pod, ${clientsText(clients)}${overText(protocol)}`,
    floorName: 'bare TLS server, group fdatasync',
    ours: async (bench, seconds) =>
      underLoad(await bench.ours(), { protocol, clients, seconds, prepare: always('POST', otherPods, body) }),
    floor: (bench, seconds) => durableFloor(bench, clients, protocol, body, seconds),
  }
}

const statusBody = (turn: number) =>
  Buffer.from(
    JSON.stringify({
      status: {
        phase: 'Running',
        conditions: [
          {
            type: 'Ready',
            status: turn % 2 === 0 ? 'True' : 'False',
            lastProbeTime: null,
            lastTransitionTime: `2026-01-01T00:00:0${turn % 2}Z`,
          },
        ],
      },
    }),
  )

/** Each client patches a pod of its own, to and fro, so that every patch changes something. */
function patches(clients: number): Row {
  const bodies = [statusBody(0), statusBody(1)]
  const prepare = (connection: Connection) => {
    const requests: Prepared[][] = Array.from({ length: clients }, (_, client) =>
      bodies.map((body) =>
        connection.prepare({
          method: 'PATCH',
          path: `${defaultPods}/filled-${client}/status`,
          headers: strategic,
          body,
        }),
      ),
    )
    return (client: number, turn: number) => requests[client]?.[turn % 2] as Prepared
  }
  return {
    name: `patch status, ${clientsText(clients)}`,
    floorName: 'bare TLS server, group fdatasync',
    ours: async (bench, seconds) =>
      underLoad(await bench.ours(), { protocol: 'h2', clients, seconds, prepare }),
    floor: (bench, seconds) => durableFloor(bench, clients, 'h2', bodies[0] as Uint8Array, seconds),
  }
}

/** The rows of single requests and lists. */
export const rows: readonly Row[] = [
  reads('get pod', onePod, 1),
  reads('get pod', onePod, 32),
  reads('get pod', onePod, 32, 'h1'),
  reads('list all pods', defaultPods, 1),
  reads('list a page of 500', `${defaultPods}?limit=500`, 1),
  reads('list by label', `${defaultPods}?labelSelector=app%3Dbench&limit=500`, 8),
  reads('list by label, no match', `${defaultPods}?labelSelector=app%3Dnone`, 8),
  creates(1),
  creates(32),
  creates(32, 'h1'),
  patches(32),
]
