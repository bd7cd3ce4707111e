// The file of --admission-control-config-file: what it may say, and what is said of it when it is wrong.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readAdmissionConfig } from './config-file.ts'

const head = 'apiVersion: apiserver.config.k8s.io/v1\nkind: AdmissionConfiguration\n'
const inner = 'apiVersion: pod-security.admission.config.k8s.io/v1\nkind: PodSecurityConfiguration\n'
const indented = (text: string) => text.replaceAll(/^(?=.)/gm, '    ')
const withPlugin = (own: string) =>
  `${head}plugins:\n- name: PodSecurity\n  configuration:\n${indented(inner + own)}`

const read = (files: Record<string, string>) =>
  readAdmissionConfig('/etc/a.yaml', async (path) => {
    const text = files[path]
    if (text === undefined) throw new Error(`open ${path}: no such file or directory`)
    return text
  })

test('what PodSecurity goes by, in the file or beside it', async () => {
  const own =
    'defaults:\n  enforce: baseline\n  enforce-version: v1.30\nexemptions:\n  namespaces: [kube-system]\n'
  const settings = {
    defaults: {
      enforce: { level: 'baseline', version: 30 },
      audit: { level: 'privileged', version: 'latest' },
      warn: { level: 'privileged', version: 'latest' },
    },
    exemptions: { usernames: [], namespaces: ['kube-system'], runtimeClasses: [] },
  }
  assert.deepEqual(await read({ '/etc/a.yaml': withPlugin(own) }), { podSecurity: settings })
  const beside = `${head}plugins:\n- name: PodSecurity\n  path: psa.yaml\n`
  assert.deepEqual(await read({ '/etc/a.yaml': beside, '/etc/psa.yaml': inner + own }), {
    podSecurity: settings,
  })
  assert.deepEqual(await read({ '/etc/a.yaml': head }), {})
})

const eventHead = 'apiVersion: eventratelimit.admission.k8s.io/v1alpha1\nkind: Configuration\n'
const withLimits = (own: string) =>
  `${head}plugins:\n- name: EventRateLimit\n  configuration:\n${indented(eventHead + own)}`

test('what EventRateLimit goes by', async () => {
  const limits =
    'limits:\n- {type: Server, qps: 50, burst: 100}\n- {type: User, qps: 5, burst: 9, cacheSize: 7}\n'
  assert.deepEqual(await read({ '/etc/a.yaml': withLimits(limits) }), {
    eventLimits: [
      { type: 'Server', qps: 50, burst: 100 },
      { type: 'User', qps: 5, burst: 9, cacheSize: 7 },
    ],
  })
})

const faults: [text: string, why: RegExp][] = [
  ['kind: Other\n', /kind: Invalid value: "Other": it is no AdmissionConfiguration of apiserver/],
  [`${head}plugin: []\n`, /plugin: Forbidden: there is no such field/],
  [
    `${head}plugins: [{name: Other}]\n`,
    /plugins\[0\]\.name: Unsupported value: "Other": supported values: "EventRateLimit", "PodSecurity"/,
  ],
  [`${head}plugins: [{name: PodSecurity}, {name: PodSecurity}]\n`, /plugins\[1\]\.name: Duplicate value/],
  [
    withPlugin('defaults: {enforce: strict}\n'),
    /defaults\.enforce: Invalid value: "strict": must be one of privileged/,
  ],
  [
    withPlugin('defaults: {warn-version: 1.30}\n'),
    /defaults\.warn-version: Invalid value: .*must be "latest" or "v1\.x"/,
  ],
  [withPlugin('defaults: {deny: baseline}\n'), /defaults\.deny: Forbidden/],
  [withPlugin('exemptions: {users: [a]}\n'), /exemptions\.users: Forbidden/],
  [withPlugin('exemptions: {usernames: a}\n'), /exemptions\.usernames: Invalid value: "a": it takes a list/],
  [
    withPlugin('exemptions: {usernames: [a, a, ""]}\n'),
    /usernames\[1\]: Forbidden: it is named before, exemptions\.usernames\[2\]/,
  ],
  [withLimits('limits: []\n'), /limits: Invalid value: .*must not be empty/],
  [
    withLimits('limits: [{type: All, qps: 1, burst: 1}]\n'),
    /limits\[0\]\.type: Unsupported value: "All": supported values: "Namespace", "Server"/,
  ],
  [
    withLimits('limits: [{type: User, qps: -1, burst: 0}]\n'),
    /limits\[0\]\.burst: Invalid value: 0: must be positive, limits\[0\]\.qps: Invalid value: -1: must be positive/,
  ],
  [
    withLimits('limits: [{type: User, qps: 1, burst: 1, cacheSize: -1}]\n'),
    /cacheSize: Invalid value: -1: must not be negative/,
  ],
  [`${head}plugins: [{name: PodSecurity, path: none}]\n`, /open \/etc\/none: no such file/],
]

for (const [text, why] of faults) {
  test(`refused: ${text.slice(-40).trim()}`, async () => {
    await assert.rejects(read({ '/etc/a.yaml': text }), why)
  })
}
