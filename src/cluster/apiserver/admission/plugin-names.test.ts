// Which plugins the flags turn on, and what is said of flags that cannot be.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pluginNames } from '#apiserver'
import { FlagError } from '#base/flags'
import { apiServerFlags } from '../flags.ts'
import { defaultAdmission } from '../options.ts'
import { admissionNames } from './plugin-names.ts'

const names = (enable: string[] = [], disable: string[] = [], control: string[] = []) =>
  admissionNames({ admissionControl: control, enableAdmission: enable, disableAdmission: disable })

test('some are on by default, others are turned on and off', () => {
  assert.deepEqual(names(), defaultAdmission)
  const some = names(['NodeRestriction', 'LimitRanger'], ['PodSecurity', 'ResourceQuota'])
  assert.deepEqual(
    [...some].sort(),
    [...defaultAdmission, 'NodeRestriction'].filter((one) => one !== 'PodSecurity').sort(),
  )
  assert.deepEqual(names([], [], ['AlwaysAdmit']), ['AlwaysAdmit'])
})

const wrong: [enable: string[], disable: string[], control: string[], why: string][] = [
  [['Mine'], [], [], 'enable-admission-plugins plugin "Mine" is unknown'],
  [['ResourceQuota'], [], [], 'enable-admission-plugins plugin "ResourceQuota" is not available'],
  [[], ['Mine'], [], 'disable-admission-plugins plugin "Mine" is unknown'],
  [[], [], ['Mine'], 'admission-control plugin "Mine" is unknown'],
  [
    ['PodSecurity', 'LimitRanger'],
    ['PodSecurity', 'LimitRanger'],
    [],
    '[LimitRanger PodSecurity] in enable-admission-plugins and disable-admission-plugins overlapped',
  ],
  [
    ['LimitRanger'],
    [],
    ['AlwaysAdmit'],
    'admission-control and enable-admission-plugins/disable-admission-plugins flags are mutually exclusive',
  ],
  [
    ['A'],
    ['B'],
    [],
    '[enable-admission-plugins plugin "A" is unknown, disable-admission-plugins plugin "B" is unknown]',
  ],
]

test('what cannot be is refused in upstream words', () => {
  for (const [enable, disable, control, message] of wrong) {
    assert.throws(
      () => names(enable, disable, control),
      (error: Error) => error instanceof FlagError && error.message === message,
    )
  }
})

test('the help of the flag tells all plugins', () => {
  const { usage } = apiServerFlags.enableAdmission
  assert.ok(usage.includes(`(${defaultAdmission.join(', ')})`))
  assert.ok(usage.includes(`Known: ${[...pluginNames].sort().join(', ')}. `))
})
