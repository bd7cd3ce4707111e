import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { silent } from '#base/log'
import { createAuthority } from './certificates.ts'
import { servingCertificate } from './serving-certificate.ts'

const clockAt = (now: number) => ({ now: () => now, monotonic: () => now, after: () => () => {} })

function memoryFiles() {
  const held = new Map<string, string>()
  const modes = new Map<string, number | undefined>()
  return {
    held,
    modes,
    read: async (path: string) => (held.has(path) ? Buffer.from(held.get(path) as string) : undefined),
    async write(path: string, data: string, mode?: number) {
      held.set(path, data)
      modes.set(path, mode)
    },
  }
}

const day = 86_400_000
const names = ['10.0.0.1', 'localhost', 'kubernetes.default.svc']

test('servingCertificate() makes a certificate for the names and keeps it while it is fit', async () => {
  const files = memoryFiles()
  const start = Date.UTC(2026, 0, 1)
  const first = await servingCertificate('/certs', names, files, clockAt(start), silent)
  const leaf = new X509Certificate(first.certificate)
  assert.equal(leaf.checkIP('10.0.0.1'), '10.0.0.1')
  assert.equal(leaf.checkHost('kubernetes.default.svc'), 'kubernetes.default.svc')
  assert.ok(leaf.verify(new X509Certificate(first.authority.certificate).publicKey))
  assert.equal(files.modes.get('/certs/apiserver.key'), 0o600)
  assert.equal(files.modes.get('/certs/ca.key'), 0o600)

  const again = await servingCertificate('/certs', names, files, clockAt(start + day), silent)
  assert.equal(again.certificate, first.certificate)

  const more = await servingCertificate('/certs', [...names, '10.0.0.2'], files, clockAt(start + day), silent)
  assert.notEqual(more.certificate, first.certificate)
  assert.equal(more.authority.certificate, first.authority.certificate)

  const late = await servingCertificate('/certs', names, files, clockAt(start + 350 * day), silent)
  assert.notEqual(late.certificate, more.certificate)

  files.held.set('/certs/apiserver.crt', 'rubbish')
  const mended = await servingCertificate('/certs', names, files, clockAt(start + 350 * day), silent)
  assert.ok(new X509Certificate(mended.certificate).checkHost('localhost'))
})

test('an authority issues client certificates with organizations', async () => {
  const authority = await createAuthority('test', clockAt(Date.UTC(2026, 0, 1)))
  const pair = await authority.issue({
    commonName: 'system:node:a',
    organizations: ['system:nodes'],
    use: 'client',
  })
  const certificate = new X509Certificate(pair.certificate)
  assert.match(certificate.subject, /O=system:nodes\nCN=system:node:a/)
  assert.deepEqual(certificate.keyUsage, ['1.3.6.1.5.5.7.3.2'])
})
