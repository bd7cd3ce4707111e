import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { never } from '#base/cancel'
import { sleep } from '#base/clock'
import { silent } from '#base/log'
import { realClock } from '#host/clock'
import { TestCsiDriver } from '#testkit/csi-driver'
import { RecordingClient } from '#testkit/recording-client'
import { VirtualClock } from '#testkit/virtual-clock'
import { tellDrivers } from './csi-node.ts'
import { PluginRegistry } from './plugin-registry.ts'

function world(t: TestContext) {
  const root = mkdtempSync(join(tmpdir(), 'kubeling-plugins-'))
  const registryFolder = join(root, 'plugins_registry')
  const client = new RecordingClient()
  const controller = new AbortController()
  client.objects.set('nodes//n1', { metadata: { name: 'n1', uid: 'u1' } } as never)
  const registry = new PluginRegistry({
    folder: registryFolder,
    clock: realClock,
    log: silent,
    changed: (drivers) => tellDrivers(client, 'n1', drivers, never),
  })
  const nothing = async () => {}
  const driverNamed = (name: string) =>
    new TestCsiDriver({ name, folder: join(root, name), registryFolder, mount: nothing, unmount: nothing })
  t.after(() => {
    controller.abort(new Error('over'))
    rmSync(root, { recursive: true, force: true })
  })
  const object = <T>(key: string) => client.objects.get(key) as T | undefined
  const shown = () =>
    object<{ spec: { drivers: { name: string; nodeID: string }[] } }>('csinodes//n1')?.spec.drivers
  const until = async (holds: () => boolean) => {
    const end = performance.now() + 10_000
    while (!holds()) {
      assert.ok(performance.now() < end, 'gave up waiting')
      await sleep(realClock, 5, never)
    }
  }
  return { root, registryFolder, registry, signal: controller.signal, driverNamed, object, shown, until }
}

test('a driver that comes is shown by the node, and one that goes is not any more', async (t) => {
  const on = world(t)
  void on.registry.run(on.signal)
  await on.until(() => on.shown()?.length === 0)
  const driver = on.driverNamed('test.csi')
  t.after(() => driver.close())
  await driver.start()
  await on.until(() => on.shown()?.length === 1)
  assert.deepEqual(on.shown(), [
    { name: 'test.csi', nodeID: 'here', topologyKeys: ['test.local/rack'], allocatable: { count: 7 } },
  ])
  const node = on.object<{ metadata: Record<string, object> }>('nodes//n1')?.metadata
  assert.deepEqual(node?.['annotations'], { 'csi.volume.kubernetes.io/nodeid': '{"test.csi":"here"}' })
  assert.deepEqual(node?.['labels'], { 'test.local/rack': 'r1' })
  await on.until(() => driver.verbs.includes('NotifyRegistrationStatus'))
  assert.deepEqual(
    driver.calls
      .filter(([verb]) => verb === 'NotifyRegistrationStatus')
      .map(([, asked]) => asked['pluginRegistered']),
    [true],
  )
  assert.equal(on.registry.find('test.csi')?.driver.name, 'test.csi')
  await driver.close()
  await on.until(() => on.shown()?.length === 0)
  assert.equal(on.registry.find('test.csi'), undefined)
})

test('a plugin that does not answer keeps no other from being known, and what is no socket is passed over', async (t) => {
  const on = world(t)
  void on.registry.run(on.signal)
  await on.until(() => on.shown() !== undefined)
  writeFileSync(join(on.registryFolder, 'readme'), '')
  const sockets: Socket[] = []
  const deaf = createServer((socket) => sockets.push(socket)).listen(join(on.registryFolder, 'a-deaf.sock'))
  await once(deaf, 'listening')
  t.after(() => {
    deaf.close()
    for (const socket of sockets) socket.destroy()
  })
  const driver = on.driverNamed('well.csi')
  t.after(() => driver.close())
  await driver.start()
  await on.until(() => on.shown()?.[0]?.name === 'well.csi')
})

test('an API server that does not take it is told less and less often', async (t) => {
  const { root, signal } = world(t)
  const clock = new VirtualClock()
  let told = 0
  const changed = async () => {
    told++
    throw new Error('no such resource')
  }
  void new PluginRegistry({ folder: join(root, 'refused'), clock, log: silent, changed }).run(signal)
  for (let second = 0; second < 600; second++) {
    await stat(root)
    await clock.advance(1000)
  }
  assert.ok(told >= 5 && told <= 17, String(told))
})

test('a driver that cannot say how it knows the node is told why it is not taken', async (t) => {
  const on = world(t)
  void on.registry.run(on.signal)
  const driver = on.driverNamed('bad.csi')
  t.after(() => driver.close())
  driver.faults.set('NodeGetInfo', 'no id')
  await driver.start()
  await on.until(() => driver.verbs.includes('NotifyRegistrationStatus'))
  const [, told] = driver.calls.find(([verb]) => verb === 'NotifyRegistrationStatus') ?? []
  assert.deepEqual([told?.['pluginRegistered'], told?.['error']], [false, 'no id'])
  assert.equal(on.registry.find('bad.csi'), undefined)
})
