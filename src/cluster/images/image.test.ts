import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { toImage } from './image.ts'
import { librariesOf } from './debian.ts'

const sha = (bytes: Uint8Array) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`

test('toImage() ties manifest, configuration and layers together by digest', () => {
  const image = toImage([[{ path: 'a', body: Buffer.from('1') }]], { command: ['/a'] })
  const manifest = JSON.parse(Buffer.from(image.manifest.bytes).toString())
  const [config, layer] = image.blobs
  assert.ok(config && layer)
  assert.equal(manifest.config.digest, sha(config.bytes))
  assert.deepEqual(
    manifest.layers.map((one: { digest: string; size: number }) => [one.digest, one.size]),
    [[sha(layer.bytes), layer.bytes.length]],
  )
  const { rootfs } = JSON.parse(Buffer.from(config.bytes).toString())
  assert.deepEqual(rootfs.diff_ids, [sha(gunzipSync(layer.bytes))])
})

test('toImage() gives the same digest for the same content', () => {
  const make = () => toImage([[{ path: 'a', body: Buffer.from('1') }]], {}).manifest.digest
  assert.equal(make(), make())
})

test('librariesOf() reads paths, the loader included, and leaves the kernel’s own out', () => {
  const ldd = [
    '\tlinux-vdso.so.1 (0x00007fd44c7ac000)',
    '\tlibz.so.1 => /lib/x86_64-linux-gnu/libz.so.1 (0x00007fd44c4a9000)',
    '\t/lib64/ld-linux-x86-64.so.2 (0x00007fd44c7ae000)',
  ].join('\n')
  assert.deepEqual(librariesOf(ldd), ['/lib/x86_64-linux-gnu/libz.so.1', '/lib64/ld-linux-x86-64.so.2'])
})
