// How a node comes to certificates that a cluster signs, and replaces them in time.
import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { createAuthority } from '#apiserver'
import { silent } from '#base/log'
import type { Client } from '#client'
import { files } from '#host/files'
import { realClock } from '#host/clock'
import type { CertificateSigningRequest } from '#kinds/gen/certificates-v1'
import { seededRandom } from '#testkit/seeded-random'
import { signRequest } from '#testkit/sign-request'
import { VirtualClock } from '#testkit/virtual-clock'
import { askForCertificate, type CertificateAsk } from './ask-for-certificate.ts'
import { keepCertificate, renewalAt } from './certificate-keeper.ts'
import { CertificateStore, validity } from './certificate-store.ts'

const hourMs = 3_600_000
const ask: CertificateAsk = {
  commonName: 'system:node:n1',
  organizations: ['system:nodes'],
  names: ['n1', '10.0.0.1'],
  signerName: 'kubernetes.io/kubelet-serving',
}

/** An API server in which each request is signed for an hour, or denied, at its second look. */
async function cluster(clock: VirtualClock) {
  const authority = await createAuthority('ca', realClock)
  const requests: CertificateSigningRequest[] = []
  const state = { denies: false, looks: 0 }
  const client = {
    async create(_: unknown, object: CertificateSigningRequest) {
      const made = { ...object, metadata: { name: `csr-${requests.length}` } }
      requests.push(made)
      state.looks = 0
      return made
    },
    async get(_: unknown, name: string) {
      const request = requests[Number(name.slice(4))] as CertificateSigningRequest
      if (state.looks++ === 0) return request
      if (state.denies) {
        const condition = { type: 'Denied', status: 'True', reason: 'No', message: 'not you' }
        return { ...request, status: { conditions: [condition] } }
      }
      const now = clock.now()
      const valid = { notBefore: new Date(now), notAfter: new Date(now + hourMs) }
      const text = Buffer.from(request.spec.request, 'base64').toString()
      const certificate = await signRequest(authority, text, 'server', valid)
      return { ...request, status: { certificate: Buffer.from(certificate).toString('base64') } }
    },
  } as unknown as Client
  return { client, requests, state }
}

function folderOf(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'kubeling-certificates-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

async function until(clock: VirtualClock, condition: () => boolean, stepMs: number): Promise<void> {
  const deadline = performance.now() + 20_000
  while (!condition()) {
    assert.ok(performance.now() < deadline, 'it takes too long')
    await new Promise((resolve) => setImmediate(resolve))
    // Cryptography takes real time, in which this clock must stand still.
    if (clock.waiting > 0) await clock.advance(stepMs)
  }
}

test('askForCertificate() asks for the subject, names and uses of upstream, and waits for the answer', async () => {
  const clock = new VirtualClock()
  const { client, requests } = await cluster(clock)
  const { signal } = new AbortController()
  const waiting = askForCertificate(client, ask, clock, signal)
  let isDone = false
  void waiting.finally(() => (isDone = true))
  await until(clock, () => isDone, 500)
  const { certificate } = await waiting
  const made = new X509Certificate(certificate)
  assert.equal(made.subject, 'O=system:nodes\nCN=system:node:n1')
  assert.equal(made.subjectAltName, 'DNS:n1, IP Address:10.0.0.1')
  assert.deepEqual(requests[0]?.spec.usages, ['digital signature', 'server auth'])
  assert.equal(requests[0]?.spec.signerName, 'kubernetes.io/kubelet-serving')
})

test('askForCertificate() says why it was refused', async () => {
  const clock = new VirtualClock()
  const { client, state } = await cluster(clock)
  state.denies = true
  const refused = assert.rejects(askForCertificate(client, ask, clock, new AbortController().signal), {
    message: 'certificate signing request csr-0 is denied, reason: No, message: not you',
  })
  await until(clock, () => state.looks > 1, 500)
  await refused
})

test('keepCertificate() keeps what was signed, replaces it between 70 and 90 percent of its life', async (t) => {
  const clock = new VirtualClock()
  const { client, requests } = await cluster(clock)
  const folder = folderOf(t)
  const store = new CertificateStore(folder, 'kubelet-server', files)
  const stop = new AbortController()
  let renewed = 0
  const work = keepCertificate(
    {
      store,
      ask: (signal) => askForCertificate(client, ask, clock, signal),
      onRenewed: async () => void renewed++,
    },
    { clock, random: seededRandom(1), log: silent, files },
    stop.signal,
  )
  await until(clock, () => renewed === 1, 500)
  const first = readlinkSync(store.path)
  assert.match(first, /^kubelet-server-\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d\.pem$/)
  const pair = await store.current(clock.now())
  assert.match(pair?.key ?? '', /^-----BEGIN PRIVATE KEY-----/)
  const { from } = validity(pair as { certificate: string; key: string })
  await until(clock, () => requests.length === 2, 10_000)
  const share = (clock.now() - from) / hourMs
  assert.ok(share >= 0.69 && share <= 0.92, `asked at ${share} of its life`)
  await until(clock, () => renewed === 2, 500)
  assert.notEqual(readlinkSync(store.path), first)
  assert.equal(readdirSync(folder).length, 3)
  stop.abort()
  await work
})

test('keepCertificate() asks again after a refusal, and not at all while one lasts', async (t) => {
  const clock = new VirtualClock()
  const { client, requests, state } = await cluster(clock)
  const store = new CertificateStore(folderOf(t), 'kubelet-client', files)
  const stop = new AbortController()
  state.denies = true
  let renewed = 0
  const keep = () =>
    keepCertificate(
      {
        store,
        ask: (signal) => askForCertificate(client, ask, clock, signal),
        onRenewed: async () => void renewed++,
        isOnce: renewed === 0,
      },
      { clock, random: seededRandom(1), log: silent, files },
      stop.signal,
    )
  const first = keep()
  await until(clock, () => requests.length === 2, 500)
  state.denies = false
  await until(clock, () => renewed === 1, 500)
  await first
  const asked = requests.length
  const second = keep()
  await clock.advance(60_000)
  assert.equal(requests.length, asked)
  stop.abort()
  await second
})

test('a broken certificate is due at once', () => {
  assert.equal(renewalAt({ certificate: 'broken', key: '' }, 0.5), 0)
})
