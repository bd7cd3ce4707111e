// Upstream's kubectl on deletions, evictions and ephemeral containers.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startApiServer } from '#testkit/host/kubeling'
import { Kubectl } from '#testkit/host/kubectl-runner'
import { kubectlVersions, noKubectl, upstreamKubectl } from '#testkit/host/upstream-kubectl'

const node = 'apiVersion: v1\nkind: Node\nmetadata: {name: node-1}\n'
const pod = (name: string) =>
  `apiVersion: v1
kind: Pod
metadata:
  name: ${name}
  labels: {app: ${name}}
  ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: r, uid: u, controller: true}]
spec: {nodeName: node-1, containers: [{name: c, image: i}]}
`
const budget = `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: guard}
spec: {minAvailable: 1, selector: {matchLabels: {app: guarded}}}
`
const documents = (...all: string[]) => all.join('---\n')

async function finalizersAfter(kubectl: Kubectl, cascade: string): Promise<string> {
  const name = `of-${cascade}`
  await kubectl.ok('create', 'deployment', name, '--image=i')
  await kubectl.ok('patch', 'deployment', name, '-p', '{"metadata":{"finalizers":["kubeling.dev/hold"]}}')
  await kubectl.ok('delete', 'deployment', name, `--cascade=${cascade}`, '--wait=false')
  return kubectl.ok('get', 'deployment', name, '-o', 'jsonpath={.metadata.finalizers}')
}

for (const version of kubectlVersions) {
  const program = upstreamKubectl(version)
  const skip = program === undefined ? noKubectl(version) : false
  test(`kubectl ${version} deletes, evicts and debugs`, { skip, timeout: 60_000 }, async (t) => {
    const kubectl = new Kubectl(t, program as string, (await startApiServer(t)).url)
    assert.equal(await finalizersAfter(kubectl, 'orphan'), '["kubeling.dev/hold","orphan"]')
    assert.equal(await finalizersAfter(kubectl, 'foreground'), '["kubeling.dev/hold","foregroundDeletion"]')
    assert.equal(await finalizersAfter(kubectl, 'background'), '["kubeling.dev/hold"]')
    await kubectl.ok('apply', '-f', kubectl.file(documents(node, pod('free'), pod('guarded'), budget)))
    const ready = '{"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}}'
    for (const name of ['free', 'guarded']) {
      await kubectl.ok('patch', 'pod', name, '--subresource=status', '-p', ready)
    }
    const full =
      '{"status":{"observedGeneration":1,"currentHealthy":1,"desiredHealthy":1,"expectedPods":1,"disruptionsAllowed":0}}'
    await kubectl.ok('patch', 'pdb', 'guard', '--subresource=status', '--type=merge', '-p', full)
    await kubectl.ok('debug', 'free', '--image=busybox', '--container=visitor')
    const visitors = 'jsonpath={.spec.ephemeralContainers[*].name}'
    assert.equal(await kubectl.ok('get', 'pod', 'free', '-o', visitors), 'visitor')
    const drained = await kubectl.run('drain', 'node-1', '--timeout=3s', '--disable-eviction=false')
    assert.match(
      drained.stderr,
      /error when evicting pods?[/ ]"guarded" .*violate the pod's disruption budget/,
    )
    const going = 'jsonpath={range .items[?(@.metadata.deletionTimestamp)]}{.metadata.name}{end}'
    assert.equal(
      await kubectl.ok('get', 'pods', '-o', going),
      'free',
      'the one without a budget is asked to end',
    )
    await kubectl.ok('delete', 'pod', 'free', '--force', '--grace-period=0')
    await kubectl.ok('create', 'namespace', 'gone')
    await kubectl.ok('delete', 'namespace', 'gone', '--wait=false')
    assert.equal(
      await kubectl.ok('get', 'namespace', 'gone', '-o', 'jsonpath={.status.phase}'),
      'Terminating',
    )
    const refused = await kubectl.run('-n', 'gone', 'create', 'configmap', 'late')
    assert.match(
      refused.stderr,
      /forbidden: unable to create new content in namespace gone because it is being/,
    )
  })
}
