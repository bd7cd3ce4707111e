import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { VirtualClock } from '#testkit/virtual-clock'
import { prepareHostPath } from './host-path.ts'
import { toolRunner } from './run-tool.ts'

test('prepareHostPath() takes what is of its type, makes what it may make, and refuses the rest in upstream words', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'kubeling-hostpath-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const at = (name: string) => join(folder, name)
  writeFileSync(at('file'), '')
  mkdirSync(at('folder'))
  const server = createServer().listen(at('socket'))
  await once(server, 'listening')
  t.after(() => server.close())
  const run = toolRunner(new VirtualClock())
  const prepare = (path: string, type: string) => prepareHostPath(run, { path, type })
  const right = {
    File: 'file',
    FileOrCreate: 'file',
    Directory: 'folder',
    DirectoryOrCreate: 'folder',
    Socket: 'socket',
  }
  for (const [type, name] of Object.entries(right)) assert.equal(await prepare(at(name), type), at(name))
  assert.equal(await prepare('/dev/null', 'CharDevice'), '/dev/null')
  assert.equal(await prepare(at('whatever'), ''), at('whatever'))
  const wrong: [string, string, string][] = [
    ['none', 'Directory', 'directory'],
    ['file', 'Directory', 'directory'],
    ['file', 'DirectoryOrCreate', 'directory'],
    ['folder', 'File', 'file'],
    ['folder', 'FileOrCreate', 'file'],
    ['none', 'File', 'file'],
    ['file', 'Socket', 'socket file'],
    ['file', 'CharDevice', 'character device'],
    ['file', 'BlockDevice', 'block device'],
  ]
  for (const [name, type, noun] of wrong) {
    const message = `hostPath type check failed: ${at(name)} is not a ${noun}`
    await assert.rejects(prepare(at(name), type), { message })
  }
  await assert.rejects(prepare(at('file'), 'Door'), { message: 'Door is an invalid volume type' })
  await assert.rejects(prepare('/a/../etc', ''), {
    message: "invalid HostPath `/a/../etc`: must not contain '..'",
  })
  await prepare(at('new/deep'), 'DirectoryOrCreate')
  assert.equal(statSync(at('new/deep')).isDirectory(), true)
  await prepare(at('new-file'), 'FileOrCreate')
  assert.equal(statSync(at('new-file')).isFile(), true)
})
