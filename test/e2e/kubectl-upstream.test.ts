// Upstream's kubectl on our API server: what needs no container. What is not on the machine is named and skipped.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { startApiServer } from '#testkit/host/kubeling'
import { Kubectl } from '#testkit/host/kubectl-runner'
import { until } from '#testkit/host/process'
import { kubectlVersions, noKubectl, upstreamKubectl } from '#testkit/host/upstream-kubectl'

const pod = (image: string, label = 'web') => `apiVersion: v1
kind: Pod
metadata:
  name: web
  labels: {app: ${label}}
spec:
  containers:
  - {name: main, image: ${image}, ports: [{containerPort: 80}]}
`

for (const version of kubectlVersions) {
  const program = upstreamKubectl(version)
  const skip = program === undefined ? noKubectl(version) : false
  test(`kubectl ${version} makes, shows, changes and deletes objects`, {
    skip,
    timeout: 120_000,
  }, async (t) => {
    const { url } = await startApiServer(t)
    const kubectl = new Kubectl(t, program as string, url)
    await creates(kubectl)
    await shows(kubectl)
    await changes(t, kubectl)
    await deletes(kubectl)
  })
}

async function creates(kubectl: Kubectl): Promise<void> {
  const wrong = await kubectl.run('create', '-f', kubectl.file(pod('nginx').replace('image', 'imag')))
  assert.equal(wrong.code, 1)
  assert.match(wrong.stderr, /strict decoding error: unknown field "spec\.containers\[0\]\.imag"/)
  assert.equal(await kubectl.ok('create', '-f', kubectl.file(pod('nginx'))), 'pod/web created\n')
  const again = await kubectl.run('create', '-f', kubectl.file(pod('nginx')))
  assert.match(again.stderr, /^Error from server \(AlreadyExists\): .*pods "web" already exists\n$/)
  // These send protobuf.
  assert.equal(await kubectl.ok('create', 'namespace', 'n'), 'namespace/n created\n')
  assert.equal(await kubectl.ok('create', 'configmap', 'c', '--from-literal=k=v'), 'configmap/c created\n')
  assert.equal(
    await kubectl.ok('create', 'secret', 'generic', 's', '--from-literal=k=v'),
    'secret/s created\n',
  )
  assert.equal(await kubectl.ok('create', 'serviceaccount', 'a'), 'serviceaccount/a created\n')
  const refused = await kubectl.run('create', 'configmap', 'c', '-n', 'none')
  assert.equal(
    refused.stderr.split('\n')[0],
    'error: failed to create configmap: namespaces "none" not found',
  )
}

async function shows(kubectl: Kubectl): Promise<void> {
  const wide = (await kubectl.ok('get', 'pods', '-o', 'wide')).split('\n')
  assert.match(
    wide[0] as string,
    /^NAME +READY +STATUS +RESTARTS +AGE +IP +NODE +NOMINATED NODE +READINESS GATES$/,
  )
  assert.match(wide[1] as string, /^web +0\/1 +Pending +0 +\d+s +<none> +<none> +<none> +<none>$/)
  assert.equal(await kubectl.ok('get', 'cm', 'c', '-o', 'jsonpath={.data.k}'), 'v')
  assert.match(
    await kubectl.ok('get', 'secret', 's', '-o', 'yaml'),
    /^apiVersion: v1\ndata:\n {2}k: dg==\nkind: Secret\n/,
  )
  assert.equal(await kubectl.ok('get', 'pods', '-l', 'app!=web'), '')
  assert.equal(
    await kubectl.ok('get', 'pods', '--field-selector=status.phase=Pending', '-o', 'name'),
    'pod/web\n',
  )
  assert.match(await kubectl.ok('describe', 'pod', 'web'), /^Name: +web\nNamespace: +default\n/)
  assert.match(await kubectl.ok('explain', 'pod.spec.containers.ports'), /FIELD: ports <\[\]ContainerPort>/)
  assert.match(await kubectl.ok('api-resources'), /\npods +po +v1 +true +Pod\n/)
  assert.match(await kubectl.ok('api-versions'), /^coordination\.k8s\.io\/v1$[^]*^v1$/m)
  assert.match(await kubectl.ok('get', 'namespaces', '--chunk-size=2'), /^NAME +STATUS +AGE\ndefault +Active/)
}

async function changes(t: TestContext, kubectl: Kubectl): Promise<void> {
  const watching = kubectl.watch(t, 'get', 'pods', '-w', '-L', 'app', '--no-headers')
  await until('the first line of the watch', () => /Pending/.test(watching.output()))
  assert.equal(
    await kubectl.ok('apply', '-f', kubectl.file(pod('nginx:1', 'applied'))),
    'pod/web configured\n',
  )
  assert.equal(
    await kubectl.ok('apply', '-f', kubectl.file(pod('nginx:1', 'applied'))),
    'pod/web unchanged\n',
  )
  await until('the change in the watch', () => /applied/.test(watching.output()))
  await watching.stop()
  assert.equal(await kubectl.ok('label', 'pod', 'web', 'app=web', '--overwrite'), 'pod/web labeled\n')
  // 1.27 says it in its own way.
  assert.match(await kubectl.ok('annotate', 'pod', 'web', 'note=web'), /^pod\/web annotated?\n$/)
  assert.equal(await kubectl.ok('set', 'image', 'pod/web', 'main=nginx:2'), 'pod/web image updated\n')
  const patch = '{"spec":{"containers":[{"name":"main","image":"nginx:3"}]}}'
  assert.equal(await kubectl.ok('patch', 'pod', 'web', '-p', patch), 'pod/web patched\n')
  const seen =
    '{.spec.containers[0].image} {.spec.containers[0].ports[0].containerPort} {.metadata.generation}'
  assert.equal(await kubectl.ok('get', 'pod', 'web', '-o', `jsonpath=${seen}`), 'nginx:3 80 4')
  const immutable = await kubectl.run('patch', 'pod', 'web', '-p', '{"spec":{"hostNetwork":true}}')
  assert.match(
    immutable.stderr,
    /^The Pod "web" is invalid: spec: Forbidden: pod updates may not change fields other than/,
  )
  assert.equal(await kubectl.ok('edit', 'cm', 'c'), 'configmap/c edited\n')
  const whole = await kubectl.ok('get', 'cm', 'c', '-o', 'yaml')
  const replaced = await kubectl.ok('replace', '-f', kubectl.file(whole.replace('edited', 'replaced')))
  assert.equal(replaced, 'configmap/c replaced\n')
  const stale = await kubectl.run('replace', '-f', kubectl.file(whole))
  assert.match(
    stale.stderr,
    /Error from server \(Conflict\): .*the object has been modified; please apply your changes/,
  )
}

async function deletes(kubectl: Kubectl): Promise<void> {
  assert.match(await kubectl.ok('delete', 'pod', 'web'), /^pod "web" deleted/)
  assert.match(await kubectl.ok('delete', 'cm,secret,sa', '--all'), /^configmap "c" deleted/)
  const gone = await kubectl.run('delete', 'pod', 'web')
  assert.equal(gone.stderr, 'Error from server (NotFound): pods "web" not found\n')
  assert.match(await kubectl.ok('delete', 'namespace', 'n', '--wait=false'), /^namespace "n" deleted/)
  assert.equal(await kubectl.ok('get', 'namespace', 'n', '-o', 'jsonpath={.status.phase}'), 'Terminating')
}
