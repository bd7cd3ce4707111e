import assert from 'node:assert/strict'
import { test } from 'node:test'
import { machineFault } from './machine-check.ts'

const kernel = {
  'vm/overcommit_memory': '1',
  'vm/panic_on_oom': '0',
  'kernel/panic': '10',
  'kernel/panic_on_oops': '1',
  'kernel/keys/root_maxkeys': '1000000',
  'kernel/keys/root_maxbytes': '25000000',
}
const plain = { swaps: ['/dev/sda2 partition 1 0 -2'], cgroupVersion: 1, kernel } as const

test('machineFault() says what a machine is not, when somebody asks for it', () => {
  assert.equal(machineFault({}, plain), undefined)
  assert.match(
    machineFault({ failCgroupV1: true }, plain) ?? '',
    /^kubelet is configured to not run on a host/,
  )
  assert.equal(machineFault({ failCgroupV1: true }, { ...plain, cgroupVersion: 2 }), undefined)
  assert.equal(
    machineFault({ failSwapOn: true }, plain),
    'running with swap on is not supported, please disable swap or set --fail-swap-on flag to false. /proc/swaps contained: [/dev/sda2 partition 1 0 -2]',
  )
  assert.equal(machineFault({ failSwapOn: true }, { ...plain, swaps: [] }), undefined)
})

test('machineFault() names each setting of the kernel that is another than upstream’s', () => {
  const demands = { protectKernelDefaults: true }
  assert.equal(machineFault(demands, plain), undefined)
  assert.equal(
    machineFault(demands, { ...plain, kernel: { ...kernel, 'vm/overcommit_memory': '0' } }),
    'invalid kernel flag: vm/overcommit_memory, expected value: 1, actual value: 0',
  )
  assert.match(machineFault(demands, { ...plain, kernel: {} }) ?? '', /^\[invalid kernel flag: vm.*, invalid/)
})
