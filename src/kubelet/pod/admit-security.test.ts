import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Pod } from '#kinds/gen/core-v1'
import { hasAppArmor, securityRejection } from './admit-security.ts'
import { RuntimeTraits } from './runtime-traits.ts'

const pod = (spec: object) =>
  ({ metadata: {}, spec: { containers: [{ name: 'a' }], ...spec } }) as unknown as Pod
const able = { allowedSysctls: [], hasAppArmor: true, hasGroupsPolicy: true }
const signal = new AbortController().signal

test('a pod is refused for what the node cannot confine', () => {
  const sysctls = pod({ securityContext: { sysctls: [{ name: 'kernel.sem', value: '1' }] } })
  assert.deepEqual(securityRejection(sysctls, able), {
    reason: 'SysctlForbidden',
    message: 'forbidden sysctl: "kernel.sem" not allowlisted',
  })
  const strict = pod({ securityContext: { supplementalGroupsPolicy: 'Strict' } })
  assert.equal(securityRejection(strict, able), undefined)
  assert.equal(securityRejection(strict, { ...able, hasGroupsPolicy: undefined }), undefined)
  assert.deepEqual(securityRejection(strict, { ...able, hasGroupsPolicy: false }), {
    reason: 'SupplementalGroupsPolicyNotSupported',
    message: 'SupplementalGroupsPolicy=Strict is not supported in this node',
  })
  const armed = (type: string) => pod({ securityContext: { appArmorProfile: { type } } })
  assert.equal(securityRejection(armed('RuntimeDefault'), able), undefined)
  assert.equal(securityRejection(armed('Unconfined'), { ...able, hasAppArmor: false }), undefined)
  assert.deepEqual(securityRejection(armed('RuntimeDefault'), { ...able, hasAppArmor: false }), {
    reason: 'AppArmor',
    message: 'Cannot enforce AppArmor: AppArmor is not enabled on the host',
  })
})

test('AppArmor is there when the kernel has it and uses it', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'apparmor-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const enabled = join(folder, 'enabled')
  assert.equal(hasAppArmor(folder, enabled), false)
  writeFileSync(enabled, 'N\n')
  assert.equal(hasAppArmor(folder, enabled), false)
  writeFileSync(enabled, 'Y\n')
  assert.equal(hasAppArmor(folder, enabled), true)
  mkdirSync(join(folder, 'other'))
  assert.equal(hasAppArmor(join(folder, 'none'), enabled), false)
})

test('a runtime is asked only for pods that need more than each can', async () => {
  let asked = 0
  const handlers = [
    { name: '', hasRecursiveReadOnly: false, hasUserNamespaces: false },
    { name: 'deep', hasRecursiveReadOnly: false, hasUserNamespaces: true },
  ]
  const status = async () => {
    asked++
    return { conditions: [], info: {}, handlers, hasGroupsPolicy: false }
  }
  const traits = new RuntimeTraits({ status })
  await traits.check(pod({}), signal)
  assert.equal(asked, 0)
  assert.equal(traits.hasGroupsPolicy, undefined)
  await traits.check(pod({ hostUsers: false, runtimeClassName: 'deep' }), signal)
  await assert.rejects(traits.check(pod({ hostUsers: false }), signal), {
    message: "can't set `spec.hostUsers: false`, runtime does not support user namespaces",
  })
  await assert.rejects(traits.check(pod({ hostUsers: false, runtimeClassName: 'flat' }), signal), {
    message:
      'can\'t set `spec.hostUsers: false`, RuntimeClass handler "flat" does not support user namespaces',
  })
  const strict = pod({ securityContext: { supplementalGroupsPolicy: 'Strict' } })
  await assert.rejects(traits.check(strict, signal), /SupplementalGroupsPolicy=Strict is not supported/)
  assert.equal(traits.hasGroupsPolicy, false)
})
