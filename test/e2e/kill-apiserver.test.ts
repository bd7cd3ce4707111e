// kill -9 of the API server under a write load: every acknowledged write is there afterwards and resource versions only
// rise. KUBELING_KILL_ROUNDS sets how often (20 by default).
import assert from 'node:assert/strict'
import { Agent, request } from 'node:http'
import { test } from 'node:test'
import { freePort, tempDir } from '#testkit/host/process'
import { startApiServer } from '#testkit/host/kubeling'

const rounds = Number(process.env.KUBELING_KILL_ROUNDS ?? 20)
const writers = 8

interface Acknowledged {
  readonly name: string
  readonly resourceVersion: number
  readonly deleted: boolean
}

/** One request; undefined when the server died before it answered. */
function send(
  agent: Agent,
  method: string,
  url: string,
  body?: unknown,
): Promise<{ code: number; text: string } | undefined> {
  return new Promise((resolve) => {
    const outgoing = request(
      url,
      { method, agent, headers: { 'content-type': 'application/json' } },
      (answer) => {
        let text = ''
        answer.on('data', (chunk: Buffer) => {
          text += chunk.toString()
        })
        answer.on('end', () => resolve({ code: answer.statusCode as number, text }))
        answer.on('error', () => resolve(undefined))
      },
    )
    outgoing.on('error', () => resolve(undefined))
    outgoing.end(body === undefined ? undefined : JSON.stringify(body))
  })
}

/** Creates ConfigMaps, and deletes every fourth again, until the server is gone. */
async function write(url: string, agent: Agent, prefix: string, acknowledged: Acknowledged[]): Promise<void> {
  const path = `${url}/api/v1/namespaces/default/configmaps`
  for (let i = 0; ; i++) {
    const name = `${prefix}-${i}`
    const created = await send(agent, 'POST', path, {
      metadata: { name },
      data: { at: String(i), pad: 'x'.repeat(1000) },
    })
    if (!created) return
    assert.equal(created.code, 201, created.text)
    const { metadata } = JSON.parse(created.text) as { metadata: { resourceVersion: string } }
    const entry = { name, resourceVersion: Number(metadata.resourceVersion), deleted: false }
    acknowledged.push(entry)
    if (i % 4 !== 3) continue
    // Until the deletion is acknowledged too, both are right: that it is there and that it is gone.
    acknowledged.splice(acknowledged.indexOf(entry), 1)
    const gone = await send(agent, 'DELETE', `${path}/${name}`)
    if (!gone) return
    acknowledged.push({ ...entry, deleted: true })
  }
}

test(`kill -9 of the API server, ${rounds} times, loses no acknowledged write`, {
  timeout: 900_000,
}, async (t) => {
  const dataDir = tempDir(t)
  const ports = { insecure: await freePort(), secure: await freePort() }
  const certDir = tempDir(t)
  const acknowledged: Acknowledged[] = []
  let newest = 0
  for (let round = 0; round < rounds; round++) {
    const server = await startApiServer(t, [`--data-dir=${dataDir}`, `--cert-dir=${certDir}`], ports)
    const agent = new Agent({ keepAlive: true, maxSockets: writers + 1 })
    const list = await send(agent, 'GET', `${server.url}/api/v1/namespaces/default/configmaps`)
    assert.equal(list?.code, 200, list?.text ?? 'no answer')
    newest = checkAll(JSON.parse(list?.text ?? ''), acknowledged, newest)
    const before = acknowledged.length
    const load = Array.from({ length: writers }, (_, i) =>
      write(server.url, agent, `r${round}-w${i}`, acknowledged),
    )
    const killAfter = before + 20 + ((round * 37) % 150)
    while (acknowledged.length < killAfter) await new Promise((resolve) => setImmediate(resolve))
    await server.stop('SIGKILL')
    await Promise.all(load)
    agent.destroy()
  }
  const server = await startApiServer(t, [`--data-dir=${dataDir}`, `--cert-dir=${certDir}`], ports)
  const list = await send(new Agent(), 'GET', `${server.url}/api/v1/namespaces/default/configmaps`)
  checkAll(JSON.parse(list?.text ?? ''), acknowledged, newest)
  t.diagnostic(`${acknowledged.length} acknowledged writes over ${rounds} kills, none lost`)
})

interface ConfigMaps {
  readonly metadata: { readonly resourceVersion: string }
  readonly items: readonly {
    readonly metadata: { readonly name: string; readonly resourceVersion: string }
  }[]
}

/** Compares a list with what was acknowledged; gives the list's resource version. */
function checkAll(list: ConfigMaps, acknowledged: readonly Acknowledged[], newestBefore: number): number {
  const found = new Map(list.items.map(({ metadata }) => [metadata.name, Number(metadata.resourceVersion)]))
  const newest = Number(list.metadata.resourceVersion)
  assert.ok(newest >= newestBefore, `resourceVersion fell from ${newestBefore} to ${newest}`)
  for (const { name, resourceVersion, deleted } of acknowledged) {
    if (deleted) assert.ok(!found.has(name), `${name} was deleted and came back`)
    else assert.equal(found.get(name), resourceVersion, `${name} is lost or changed`)
    assert.ok(newest >= resourceVersion)
  }
  return newest
}
