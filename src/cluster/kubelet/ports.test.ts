import assert from 'node:assert/strict'
import { request } from 'node:https'
import { type RequestOptions, get } from 'node:http'
import { test } from 'node:test'
import { connect } from 'node:tls'
import { createAuthority } from '#apiserver'
import { silent } from '#base/log'
import type { HttpRequest } from '#base/http'
import { realClock } from '#host/clock'
import { realRandom } from '#host/random'
import type { KubeletServer } from '#kubelet'
import { openPorts } from './ports.ts'

/** Files in memory. */
function host() {
  const stored = new Map<string, string>()
  const files = {
    read: async (path: string) => (stored.has(path) ? Buffer.from(stored.get(path) as string) : undefined),
    write: async (path: string, data: Uint8Array | string) => void stored.set(path, data.toString()),
  }
  return { stored, clock: realClock, random: realRandom, log: silent, files }
}

const answer = (status: number, text: string) => ({ status, headers: {}, body: Buffer.from(text) })

const server: KubeletServer = {
  handle: async ({ peer }: HttpRequest) => answer(200, peer.certificate?.commonName ?? 'nobody'),
  health: async ({ url }: HttpRequest) => answer(url === '/healthz' ? 200 : 404, 'health'),
  readOnly: async () => answer(200, 'to be read'),
  upgrade: async () => {},
}

function ask(
  send: typeof get,
  options: RequestOptions & { key?: string; cert?: string; rejectUnauthorized?: boolean },
) {
  return new Promise<string>((resolve, reject) => {
    const outgoing = send(
      { agent: false, rejectUnauthorized: false, ...options } as RequestOptions,
      (answer) => {
        let text = `${answer.statusCode} `
        answer.on('data', (piece: Buffer) => (text += piece.toString()))
        answer.on('end', () => resolve(text))
      },
    )
    outgoing.on('error', reject)
    outgoing.end()
  })
}

test('the port shows a certificate that is kept, and knows who comes with one of the client authority', async (t) => {
  const on = host()
  const authority = await createAuthority('clients', realClock)
  const settings = {
    runtimeEndpoint: '',
    server: { address: '127.0.0.1', port: 0 },
    clientCa: authority.certificate,
  }
  const open = () => openPorts(server, ['node-1', '127.0.0.1'], '/root-dir/pki', settings, on)
  const first = await open()
  const kept = on.stored.get('/root-dir/pki/kubelet.crt')
  assert.match(kept ?? '', /BEGIN CERTIFICATE/)
  assert.equal(first.url, `https://127.0.0.1:${first.port}`)
  const where = { host: '127.0.0.1', port: first.port, path: '/pods' }
  assert.equal(await ask(request as typeof get, where), '200 nobody')
  const mine = await authority.issue({ commonName: 'me', use: 'client' })
  assert.equal(
    await ask(request as typeof get, { ...where, key: mine.key, cert: mine.certificate }),
    '200 me',
  )
  const others = await (await createAuthority('others', realClock)).issue({ commonName: 'me', use: 'client' })
  assert.match(
    await ask(request as typeof get, { ...where, key: others.key, cert: others.certificate }),
    /^401/,
  )
  await first.close()
  const second = await open()
  t.after(() => second.close())
  assert.equal(on.stored.get('/root-dir/pki/kubelet.crt'), kept)
})

test('plain HTTP answers for health alone', async (t) => {
  const settings = { runtimeEndpoint: '', healthz: { address: '127.0.0.1', port: 0 } }
  const opened: number[] = []
  const on = host()
  const log = {
    ...silent,
    info: (_: string, fields = {}) => void opened.push((fields as { port: number }).port),
  }
  const ports = await openPorts(server, ['n'], '/r/pki', settings, { ...on, log })
  t.after(() => ports.close())
  const [port] = opened
  assert.equal(ports.url, undefined)
  assert.equal(await ask(get, { host: '127.0.0.1', port, path: '/healthz' }), '200 health')
  assert.match(await ask(get, { host: '127.0.0.1', port, path: '/pods' }), /^404/)
})

test('a broken or short-lived certificate is made anew', async (t) => {
  const on = host()
  on.stored.set('/r/pki/kubelet.crt', 'broken')
  on.stored.set('/r/pki/kubelet.key', 'broken')
  const settings = { runtimeEndpoint: '', server: { address: '127.0.0.1', port: 0 } }
  const ports = await openPorts(server, ['n'], '/r/pki', settings, on)
  t.after(() => ports.close())
  const made = on.stored.get('/r/pki/kubelet.crt')
  assert.match(made ?? '', /BEGIN/)
  const later = { ...realClock, now: () => realClock.now() + 340 * 86_400_000 }
  const again = await openPorts(server, ['n'], '/r/pki', settings, { ...on, clock: later })
  t.after(() => again.close())
  assert.notEqual(on.stored.get('/r/pki/kubelet.crt'), made)
})

test('a certificate that will not last is renewed while the port is open', async (t) => {
  const on = host()
  const time = { offsetMs: 0, days: [] as (() => void)[] }
  const clock: typeof realClock = {
    ...realClock,
    now: () => realClock.now() + time.offsetMs,
    after(delayMs, run, options) {
      if (delayMs !== 60_000) return realClock.after(delayMs, run, options)
      time.days.push(run)
      return () => {}
    },
  }
  const settings = { runtimeEndpoint: '', server: { address: '127.0.0.1', port: 0 } }
  const ports = await openPorts(server, ['n'], '/r/pki', settings, { ...on, clock })
  t.after(() => ports.close())
  const shown = () =>
    new Promise<string>((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port: ports.port, rejectUnauthorized: false }, () => {
        resolve(socket.getPeerCertificate().serialNumber)
        socket.destroy()
      })
      socket.on('error', reject)
    })
  const first = await shown()
  time.days.shift()?.()
  while (time.days.length === 0) await new Promise((resolve) => setImmediate(resolve))
  assert.equal(await shown(), first, 'one that lasts is kept')
  time.offsetMs = 340 * 86_400_000
  time.days.shift()?.()
  while (time.days.length === 0) await new Promise((resolve) => setImmediate(resolve))
  assert.notEqual(await shown(), first)
})
