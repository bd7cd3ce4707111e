import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { test } from 'node:test'
import { nodeAddresses } from './addresses.ts'
import { memoryBytes, osName, readMachine, runningProcesses } from './machine.ts'

test('readMachine() finds every field on this machine', async () => {
  const machine = await readMachine(tmpdir())
  for (const field of ['architecture', 'operatingSystem', 'bootId', 'kernelVersion', 'osImage'] as const)
    assert.notEqual(machine[field], '', field)
  for (const field of ['cpus', 'memoryBytes', 'memoryAvailableBytes', 'processes'] as const)
    assert.ok(machine[field] > 0, field)
  assert.ok(machine.memoryAvailableBytes < machine.memoryBytes)
  assert.ok(machine.nodeDisk.availableBytes <= machine.nodeDisk.totalBytes)
})

test('files of the system are read as they are written', () => {
  assert.equal(
    osName('NAME="Debian"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n'),
    'Debian GNU/Linux 12 (bookworm)',
  )
  assert.equal(osName('PRETTY_NAME=Alpine\n'), 'Alpine')
  assert.equal(osName(''), 'Linux')
  const meminfo = 'MemTotal:         502164 kB\nMemFree:           10 kB\nMemAvailable:    2048 kB\n'
  assert.equal(memoryBytes(meminfo, 'MemTotal'), 502_164 * 1024)
  assert.equal(memoryBytes(meminfo, 'MemAvailable'), 2048 * 1024)
  assert.equal(memoryBytes('', 'MemTotal'), 0)
  assert.equal(runningProcesses('0.20 0.18 0.12 1/80 11206\n'), 80)
})

const route = (name: string, target: string, mask: string) =>
  [name, target, '0102A8C0', '0003', '0', '0', '0', mask, '0', '0', '0'].join('\t')
const address = (text: string, internal = false, family = 'IPv4') =>
  ({ address: text, internal, family }) as never

test('nodeAddresses() prefers what was asked for, then the name, then the default route', () => {
  const interfaces = {
    lo: [address('127.0.0.1', true)],
    docker0: [address('172.17.0.1')],
    eth0: [address('fe80::1', false, 'IPv6'), address('192.168.8.100')],
  }
  const routes = [
    'Iface\tDestination',
    route('docker0', '000011AC', '0000FFFF'),
    route('eth0', '00000000', '00000000'),
  ]
  const text = routes.join('\n')
  assert.deepEqual(nodeAddresses(['10.0.0.1', 'fd00::1'], 'n', text, interfaces), ['10.0.0.1', 'fd00::1'])
  assert.deepEqual(nodeAddresses([], '192.168.8.7', text, interfaces), ['192.168.8.7'])
  assert.deepEqual(nodeAddresses([], 'n', text, interfaces), ['192.168.8.100'])
  assert.deepEqual(nodeAddresses([], 'n', '', interfaces), ['172.17.0.1'])
  assert.deepEqual(nodeAddresses([], 'n', '', { lo: interfaces.lo }), ['127.0.0.1'])
})
