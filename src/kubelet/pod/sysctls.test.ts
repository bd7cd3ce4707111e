import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Pod } from '#kinds/gen/core-v1'
import { dottedSysctl, forbiddenSysctl, sysctlFault } from './sysctls.ts'

const forbidden = (name: string, spec: object = {}, allowed: string[] = []) =>
  forbiddenSysctl(
    {
      metadata: {},
      spec: { containers: [], securityContext: { sysctls: [{ name, value: '1' }] }, ...spec },
    } as unknown as Pod,
    allowed,
  )

test('settings that harm nobody are for all pods, others for those of nodes that allow them', () => {
  assert.equal(forbidden('net.ipv4.tcp_syncookies'), undefined)
  assert.equal(forbidden('net/ipv4/tcp_syncookies'), undefined)
  assert.equal(forbidden('kernel.msgmax'), 'forbidden sysctl: "kernel.msgmax" not allowlisted')
  assert.equal(forbidden('kernel.msgmax', {}, ['kernel.msg*']), undefined)
  assert.equal(forbidden('net.core.somaxconn', {}, ['net.core.somaxconn']), undefined)
  assert.equal(forbidden('vm.swappiness', {}, ['*']), 'forbidden sysctl: "vm.swappiness" not allowlisted')
})

test('a pod in a namespace of the host cannot change its settings', () => {
  assert.equal(
    forbidden('net.ipv4.tcp_syncookies', { hostNetwork: true }),
    'forbidden sysctl: "net.ipv4.tcp_syncookies" not allowed with host net enabled',
  )
  assert.equal(
    forbidden('kernel.shm_rmid_forced', { hostIPC: true }),
    'forbidden sysctl: "kernel.shm_rmid_forced" not allowed with host ipc enabled',
  )
})

test('a slash may stand for a dot, and then a dot is part of a name', () => {
  assert.equal(dottedSysctl('net/ipv4/conf/eno2.100/rp_filter'), 'net.ipv4.conf.eno2/100.rp_filter')
  assert.equal(dottedSysctl('net.ipv4.conf.eno2/100.rp_filter'), 'net.ipv4.conf.eno2/100.rp_filter')
})

test('only settings of a namespace can be allowed', () => {
  for (const pattern of ['kernel.sem', 'kernel.msg*', 'net.*', 'fs.mqueue.*'])
    assert.equal(sysctlFault(pattern), undefined)
  assert.equal(sysctlFault('vm.*'), 'the sysctls "vm.*" are not known to be namespaced')
})
