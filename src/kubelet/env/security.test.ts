import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Container, Pod } from '#kinds/gen/core-v1'
import { profileNumber } from '../cri/numbers.ts'
import { appArmorOf, containerSecurity, rootFault, sandboxSecurity, supplementalGroups } from './security.ts'

const pod = (securityContext: object = {}, more: object = {}) =>
  ({
    metadata: { name: 'p', namespace: 'n', uid: 'u' },
    spec: { containers: [], securityContext },
    ...more,
  }) as unknown as Pod
const container = (securityContext: object = {}): Container => ({ name: 'a', securityContext })
const sources = { profileRoot: '/seccomp', seccompDefault: false }

test('what a container says goes before what its pod says', () => {
  const of = containerSecurity(
    pod({ runAsUser: 1, runAsGroup: 2, seLinuxOptions: { level: 's0' } }),
    container({ runAsUser: 3, seLinuxOptions: { level: 's1' } }),
    sources,
  )
  assert.deepEqual(of.runAsUser, { value: 3n })
  assert.deepEqual(of.runAsGroup, { value: 2n })
  assert.deepEqual(of.selinuxOptions, { level: 's1' })
})

test("the image's user is told where no other is asked for, as a group needs a user", () => {
  const of = (imageUser: { uid: number | undefined; username: string }) =>
    containerSecurity(pod({ runAsGroup: 2 }), container(), { ...sources, imageUser })
  assert.deepEqual(of({ uid: 7, username: '' }).runAsUser, { value: 7n })
  assert.deepEqual(of({ uid: undefined, username: '' }).runAsUser, { value: 0n })
  assert.equal(of({ uid: undefined, username: 'web' }).runAsUsername, 'web')
  assert.equal(of({ uid: undefined, username: 'web' }).runAsUser, undefined)
})

test('seccomp: own profile, the pod’s, the node’s default; none for what is privileged', () => {
  const { RuntimeDefault, Unconfined, Localhost } = profileNumber
  const of = (ofPod: object, own: object, seccompDefault = false) =>
    containerSecurity(pod(ofPod), container(own), { ...sources, seccompDefault }).seccomp
  const local = { seccompProfile: { type: 'Localhost', localhostProfile: 'p/a.json' } }
  const byDefault = { seccompProfile: { type: 'RuntimeDefault' } }
  assert.deepEqual(of({}, {}), { profileType: Unconfined, localhostRef: '' })
  assert.deepEqual(of({}, {}, true), { profileType: RuntimeDefault, localhostRef: '' })
  assert.deepEqual(of(byDefault, {}), { profileType: RuntimeDefault, localhostRef: '' })
  assert.deepEqual(of(byDefault, local), { profileType: Localhost, localhostRef: '/seccomp/p/a.json' })
  assert.deepEqual(of(byDefault, { privileged: true }), { profileType: Unconfined, localhostRef: '' })
  assert.equal(of({}, { seccompProfile: { type: 'Unconfined' } }, true).profileType, Unconfined)
})

test('paths of the kernel are hidden unless procMount is Unmasked', () => {
  const of = (own: object) => containerSecurity(pod(), container(own), sources)
  assert.ok(of({}).maskedPaths.includes('/proc/kcore'))
  assert.ok(of({}).readonlyPaths.includes('/proc/sys'))
  assert.deepEqual(of({ procMount: 'Unmasked' }).maskedPaths, [])
  assert.deepEqual(of({ privileged: true }).readonlyPaths, [])
})

test('AppArmor: a field, the old annotation, then the pod’s field', () => {
  const annotations = { 'container.apparmor.security.beta.kubernetes.io/a': 'localhost/k8s-a' }
  const metadata = { metadata: { annotations } }
  const ofPod = { appArmorProfile: { type: 'Unconfined' } }
  const own = container({ appArmorProfile: { type: 'RuntimeDefault' } })
  assert.deepEqual(appArmorOf(pod(ofPod, metadata), own), { type: 'RuntimeDefault' })
  const named = { type: 'Localhost', localhostProfile: 'k8s-a' }
  assert.deepEqual(appArmorOf(pod(ofPod, metadata), container()), named)
  assert.deepEqual(appArmorOf(pod(ofPod), container()), { type: 'Unconfined' })
  assert.equal(appArmorOf(pod(), container()), undefined)
  const told = containerSecurity(pod({}, { ...metadata, spec: { containers: [] } }), container(), sources)
  assert.deepEqual(told.apparmor, { profileType: profileNumber.Localhost, localhostRef: 'k8s-a' })
})

test('a pod with users of its own tells them to the runtime, for the sandbox and for containers', () => {
  const users = { hostId: 65_536, containerId: 0, length: 65_536 }
  const told = { mode: 0, uids: [users], gids: [users] }
  assert.deepEqual(sandboxSecurity(pod(), users).namespaceOptions.usernsOptions, told)
  assert.deepEqual(
    containerSecurity(pod(), container(), { ...sources, users }).namespaceOptions.usernsOptions,
    told,
  )
  assert.equal(sandboxSecurity(pod()).namespaceOptions.usernsOptions, undefined)
})

test('groups are those of the pod and that of its volumes', () => {
  assert.deepEqual(supplementalGroups(pod({ supplementalGroups: [5, 6], fsGroup: 7 })), [5n, 6n, 7n])
  assert.equal(sandboxSecurity(pod({ supplementalGroupsPolicy: 'Strict' })).supplementalGroupsPolicy, 1)
})

test('rootFault() says in upstream’s words who would run as root', () => {
  const whose = '(pod: "p_n(u)", container: a)'
  const fault = (own: object, uid: number | undefined, username = '') =>
    rootFault(pod({ runAsNonRoot: true }), container(own), { uid, username })
  assert.equal(fault({}, 0), `container has runAsNonRoot and image will run as root ${whose}`)
  assert.equal(fault({}, undefined), `container has runAsNonRoot and image will run as root ${whose}`)
  assert.equal(fault({}, 1000), undefined)
  assert.equal(fault({ runAsUser: 5 }, 0), undefined)
  assert.equal(fault({ runAsUser: 0 }, 5), `container's runAsUser breaks non-root policy ${whose}`)
  assert.equal(
    fault({}, undefined, 'web'),
    `container has runAsNonRoot and image has non-numeric user (web), cannot verify user is non-root ${whose}`,
  )
  assert.equal(fault({ runAsNonRoot: false }, 0), undefined)
})
