// What it costs to record who owns which fields: the same creates to a server that records it, and to one that shows
// itself as Kubernetes 1.3, which knew nothing of owners.
import { always, type Bench, underLoad } from '../bench.ts'
import { podBody } from '../pod.ts'
import type { Row } from '../row.ts'
import type { Subject } from '../subject.ts'

const path = '/api/v1/namespaces/kube-public/pods'
const body = podBody({ generateName: 'owned-' })

/** The server without owners, started once. */
const without = new WeakMap<Bench, Promise<Subject>>()

function serverWithout(bench: Bench): Promise<Subject> {
  let started = without.get(bench)
  if (started === undefined) {
    started = bench.another('--compat=v1.3')
    without.set(bench, started)
  }
  return started
}

const creates = (clients: number): Row => {
  const load = (seconds: number) =>
    ({ protocol: 'h2', clients, seconds, prepare: always('POST', path, body) }) as const
  return {
    name: `create pod with owners, ${clients} clients`,
    floorName: 'the same server without owners',
    needsProcess: true,
    ours: async (bench, seconds) => underLoad(await bench.ours(), load(seconds)),
    floor: async (bench, seconds) => underLoad(await serverWithout(bench), load(seconds)),
  }
}

/** The rows of writes with and without owners. */
export const rows: readonly Row[] = [creates(32)]
