// An API server on three etcd members while one of them is killed, frozen or cut off, and while history is compacted: what
// clients see stays linearizable, and writes go on as soon as there is a quorum. KUBELING_ETCD_FAULTS: how often each (1).
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type EtcdMember, enterOwnNetwork, leaderOf, startEtcdCluster } from '#testkit/host/etcd-cluster'
import { startApiServer } from '#testkit/host/kubeling'
import { ObjectClients } from '#testkit/host/object-clients'
import { until } from '#testkit/host/process'
import { objectFaults } from '#testkit/object-faults'
import { seededRandom } from '#testkit/seeded-random'

const rounds = Number(process.env.KUBELING_ETCD_FAULTS ?? 1)
const clients = 16
/** So many writes are acknowledged before a fault, under it, and after it. */
const stretch = 60

interface Fault {
  readonly begin: (member: EtcdMember) => unknown
  readonly end: (member: EtcdMember) => unknown
}

const faults: Readonly<Record<string, Fault>> = {
  killed: { begin: (member) => member.kill(), end: (member) => member.start() },
  frozen: { begin: (member) => member.freeze(), end: (member) => member.thaw() },
  'cut off': { begin: (member) => member.unplug(), end: (member) => member.plugInAgain() },
}

async function compact(member: EtcdMember): Promise<void> {
  type Status = { header: { revision: string } }
  const status = await member.ask<Status>('/v3/maintenance/status')
  await member.ask('/v3/kv/compaction', { revision: status?.header.revision })
}

const missing = await enterOwnNetwork()

test('an API server on three etcd members', {
  skip: missing ?? false,
  timeout: 180_000 * rounds,
}, async (t) => {
  const members = await startEtcdCluster(t)
  const servers = members.map(({ url }) => url).join(',')
  const { url } = await startApiServer(t, [`--etcd-servers=${servers}`], undefined, 60_000)

  let turn = 0
  const whileFaulty = async (name: string, begin: () => unknown, end: () => unknown) => {
    const all = new ObjectClients([url], seededRandom(1), `object-${turn++}`)
    const work = all.run(clients)
    const acknowledged = (count: number) =>
      until(`${count} writes (${name})`, () => all.seen.acknowledged.length >= count, 60_000)
    await acknowledged(stretch)
    await begin()
    const began = performance.now()
    await acknowledged(all.seen.acknowledged.length + stretch)
    const awayMs = Math.round(performance.now() - began)
    await end()
    await acknowledged(all.seen.acknowledged.length + stretch)
    all.stop()
    await work
    assert.deepEqual(objectFaults(all.seen), [])
    t.diagnostic(`${name}: ${stretch} writes within ${awayMs} ms of it, ${all.begun} operations`)
  }

  for (let round = 0; round < rounds; round++) {
    for (const [name, fault] of Object.entries(faults)) {
      await t.test(`the leader is ${name}`, async () => {
        const leader = (await until('a leader', () => leaderOf(members), 30_000)) as EtcdMember
        await whileFaulty(
          `leader ${name}`,
          () => fault.begin(leader),
          () => fault.end(leader),
        )
      })
    }
    for (const [i, member] of members.entries()) {
      // One of them is the member that the server speaks to.
      await t.test(`member ${i + 1} is cut off`, async () => {
        const { begin, end } = faults['cut off'] as Fault
        await whileFaulty(
          `member ${i + 1} cut off`,
          () => begin(member),
          () => end(member),
        )
      })
    }
    await t.test('history is compacted', async () => {
      const leader = (await until('a leader', () => leaderOf(members), 30_000)) as EtcdMember
      await whileFaulty(
        'compacted',
        () => compact(leader),
        () => compact(leader),
      )
    })
  }
})
