import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { FlagError, parseFlags } from '#base/flags'
import type { Node, Pod } from '#kinds/gen/core-v1'
import { claimDataDir } from './claim.ts'
import { openDataDir } from './data-dir.ts'
import { kubelingFlags } from './flags.ts'
import { commandHelp, kubelingHelp } from './help.ts'
import { readAccess, toKubeconfig } from './kubeconfig.ts'
import { clusterLayout, ownEntries } from './layout.ts'
import { checkUser } from './machine.ts'
import { readiness } from './node-ready.ts'
import { checkPorts, freePort, portFault } from './ports.ts'
import { readSettings } from './read-settings.ts'
import { isRunning, processStart } from './run-state.ts'
import { phases } from './status.ts'
import { columns } from './summary.ts'

const settings = (...argv: string[]) => readSettings(parseFlags(kubelingFlags.up, argv).values)

test('readSettings() has defaults for everything', () => {
  const { dataDir, securePort, nodeName, registryPort, install, keepPods } = settings()
  assert.deepEqual([dataDir, securePort, nodeName], ['/var/lib/kubeling', 6443, 'kubeling'])
  assert.deepEqual([registryPort, install, keepPods], [undefined, false, false])
})

test('readSettings() makes paths absolute', () => {
  assert.equal(settings('--data-dir=x').dataDir, join(process.cwd(), 'x'))
  assert.equal(settings('--pod-manifest-path=m').manifestPath, join(process.cwd(), 'm'))
})

const wrongFlags = [
  ['--secure-port=70000', 'must be between 0 and 65535'],
  ['--kubelet-port=-1', 'must be between 0 and 65535'],
  ['--bind-address=here', 'it takes an IP address'],
  ['--node-ip=1.2.3', 'it takes an IP address'],
  ['--node-name=My_Node', 'lower case alphanumeric'],
  ['--pod-cidr=10.0.0.0', 'as in 10.244.0.0/24'],
  ['--pod-cidr=10.0.0.0/33', 'as in 10.244.0.0/24'],
  ['--pod-cidr=fd00::/64', 'as in 10.244.0.0/24'],
  ['--compat=v1.4', 'the known release is v1.3'],
  ['--stop-timeout=-1s', 'must not be negative'],
] as const

test('readSettings() says what is right for values that cannot be', () => {
  for (const [flag, says] of wrongFlags) {
    assert.throws(
      () => settings(flag),
      (error: Error) => error instanceof FlagError && error.message.includes(says),
      flag,
    )
  }
})

test('each command has a page of help', () => {
  for (const name of ['up', 'down', 'status', 'version'] as const) {
    assert.match(kubelingHelp(), new RegExp(`^  ${name} `, 'm'))
    assert.match(commandHelp(name, 100), new RegExp(`kubeling ${name} \\[flags\\]`))
  }
})

test('a kubeconfig is read back as it was written', () => {
  const access = { server: 'https://127.0.0.1:6443', ca: 'ca\n', certificate: 'cert\n', key: 'key\n' }
  assert.deepEqual(readAccess(toKubeconfig(access)), access)
  assert.equal(readAccess('kind: Config\n'), undefined)
})

test('everything of a cluster is below its folder, in an entry that is known to be its own', () => {
  const { containerd, dataDir, ...paths } = clusterLayout('/x')
  for (const path of [...Object.values(paths), containerd.root, containerd.state, containerd.log]) {
    const [, first, entry] = path.split('/')
    assert.equal(`/${first}`, dataDir)
    assert.ok((ownEntries as readonly string[]).includes(entry ?? ''), path)
  }
})

test('checkUser() says how to become root, and that Linux is needed', () => {
  assert.throws(() => checkUser('kubeling up', 'linux', 1000), /need root: sudo kubeling up$/)
  assert.throws(() => checkUser('kubeling up', 'darwin', 0), /need Linux; this is darwin/)
  checkUser('kubeling up', 'linux', 0)
})

test('openDataDir() makes a folder or takes its own, and refuses paths that cannot be or are not ours', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kubeling-'))
  try {
    await assert.rejects(openDataDir(join(folder, 'x'.repeat(80))), /characters too long .* --data-dir/)
    assert.deepEqual(readdirSync(folder), [])
    assert.equal(await openDataDir(join(folder, 'a/../b/c')), join(folder, 'b/c'))
    assert.equal(await openDataDir(join(folder, 'b/c')), join(folder, 'b/c'))
    await assert.rejects(openDataDir(join(folder, 'b')), /is not empty, and no data directory of kubeling/)
    await assert.rejects(openDataDir('/proc/x/y'), /^Problem: the data directory cannot be made: ENOENT/)
    await assert.rejects(openDataDir('/dev/null/x'), /cannot be made: ENOTDIR/)
    await assert.rejects(openDataDir('/dev/null'), /cannot be made: EEXIST/)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('a data directory has one holder at a time', async () => {
  const folder = `/tmp/kubeling-claim-${process.pid}`
  const first = await claimDataDir(folder)
  assert.ok(first)
  assert.equal(await claimDataDir(folder), undefined)
  await first.release()
  const second = await claimDataDir(folder)
  assert.ok(second)
  await second.release()
})

test('checkPorts() names every port that is taken and its flag', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const address = '127.0.0.1'
  const wanted = { what: 'the API server', address, port, flag: 'secure-port' }
  const says = `port ${port} on 127.0.0.1, wanted for the API server, is taken: choose another with --secure-port`
  await assert.rejects(checkPorts([wanted, { ...wanted, port: 0 }]), { name: 'Problem', message: says })
  await assert.rejects(checkPorts([{ ...wanted, address: '192.0.2.77' }]), /is no address of this machine/)
  assert.notEqual(await freePort(address, port), port)
  server.close()
  await once(server, 'close')
  assert.equal(await portFault(address, port), undefined)
})

test('a process is known by its beginning, not by its number alone', async () => {
  const own = (await processStart(process.pid)) as string
  const state = { phase: 'up', pid: process.pid, processStart: own, since: '', nodeName: 'a' } as const
  assert.equal(await isRunning(state), true)
  assert.equal(await isRunning({ ...state, processStart: '1' }), false)
  assert.equal(await isRunning({ ...state, pid: 2 ** 22 + 1 }), false)
})

test('readiness() is what the node says', () => {
  const node = (status: string) =>
    ({ status: { conditions: [{ type: 'Ready', status, message: 'm' }] } }) as unknown as Node
  assert.deepEqual(readiness(node('True')), { ready: true, message: 'm' })
  assert.deepEqual(readiness(node('Unknown')), { ready: false, message: 'm' })
  assert.equal(readiness(undefined), undefined)
})

test('phases() counts pods', () => {
  const pod = (phase: string) => ({ status: { phase } }) as unknown as Pod
  assert.equal(phases([pod('Running'), pod('Pending'), pod('Running')]), '2 Running, 1 Pending')
  assert.equal(phases([]), 'none')
})

test('columns() aligns values', () => {
  assert.equal(
    columns([
      ['a', '1'],
      ['long', '2'],
    ]),
    '  a     1\n  long  2',
  )
})
