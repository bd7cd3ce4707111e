// Upstream's kubectl on workloads and on everything else that needs no container: what users do all day.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startApiServer } from '#testkit/host/kubeling'
import { Kubectl } from '#testkit/host/kubectl-runner'
import { kubectlVersions, noKubectl, upstreamKubectl } from '#testkit/host/upstream-kubectl'

const container = (image: string) => `{name: nginx, image: '${image}', ports: [{containerPort: 80}]}`
const deployment = (image: string) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [${container(image)}]}
`

/** A former form of the deployment, as its controller would keep it. */
const replicaSet = (revision: number, image: string, uid: string) => `apiVersion: apps/v1
kind: ReplicaSet
metadata:
  name: web-${revision}
  labels: {app: web, pod-template-hash: r${revision}}
  annotations: {deployment.kubernetes.io/revision: '${revision}', kubernetes.io/change-cause: image ${image}}
  ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: web, uid: ${uid}, controller: true}]
spec:
  selector: {matchLabels: {app: web, pod-template-hash: r${revision}}}
  template:
    metadata: {labels: {app: web, pod-template-hash: r${revision}}}
    spec: {containers: [${container(image)}]}
`

type Row = readonly [args: string, says: RegExp, code?: number]

/** One command after the other, and what each says. */
async function walk(kubectl: Kubectl, rows: readonly Row[]): Promise<void> {
  for (const [args, says, code = 0] of rows) {
    const done = await kubectl.run(...words(args))
    assert.match(done.stdout + done.stderr, says, `kubectl ${args}`)
    assert.equal(done.code, code, `kubectl ${args}: ${done.stderr}`)
  }
}

/** The words of a command line; quotes hold words together. */
const words = (line: string) =>
  Array.from(line.matchAll(/(?:[^\s']+|'[^']*')+/g), ([word]) => word.replaceAll("'", ''))

async function applies(kubectl: Kubectl): Promise<void> {
  const first = kubectl.file(deployment('nginx:1'))
  await walk(kubectl, [
    [`apply -f ${first}`, /^deployment\.apps\/web created\n$/],
    [`apply -f ${first}`, /^deployment\.apps\/web unchanged\n$/],
    [`apply --server-side -f ${first}`, /^deployment\.apps\/web serverside-applied\n$/],
    [`diff -f ${first}`, /^$/],
    ['label deploy web mine=yes', /labeled/],
  ])
  const next = kubectl.file(deployment('nginx:2'))
  await walk(kubectl, [
    [`diff -f ${next}`, /\n- +-? image: nginx:1\n|\n- +- image: nginx:1\n\+ +- image: nginx:2\n/, 1],
    [`diff --server-side -f ${next}`, /image: nginx:2/, 1],
    ['set image deploy/web nginx=nginx:3', /image updated/],
    [
      `apply --server-side -f ${next}`,
      /conflict with "kubectl-set" using apps\/v1: \.spec\.template\.spec\.containers\[name="nginx"\]\.image/,
      1,
    ],
    [`apply --server-side --force-conflicts -f ${next}`, /serverside-applied/],
    ['get deploy web -o yaml --show-managed-fields', /manager: kubectl\n +operation: Apply/],
    ['get deploy web -o wide', /web +0\/2 +0 +0 +\S+ +nginx +nginx:2 +app=web/],
  ])
}

const patches: readonly Row[] = [
  [`patch deploy web -p '{"metadata":{"labels":{"x":"y"}}}'`, /web patched/],
  [`patch deploy web --type=merge -p '{"metadata":{"labels":{"x":"z"}}}'`, /web patched/],
  [`patch deploy web --type=json -p '[{"op":"remove","path":"/metadata/labels/x"}]'`, /web patched/],
  [
    `patch deploy web --type=json -p '[{"op":"test","path":"/metadata/name","value":"other"}]'`,
    /test failed|rejected our request/,
    1,
  ],
  ['scale deploy/web --replicas=3', /web scaled/],
  ['scale deploy/web --replicas=4 --current-replicas=1', /expected replicas to be 1, was 3/i, 1],
  [`get deploy web -o 'jsonpath={.spec.replicas} {.metadata.generation}'`, /^3 \d+$/],
  ['get deploy web -o custom-columns=N:.metadata.name,R:.spec.replicas', /^N +R\nweb +3\n$/],
  [`wait deploy/web '--for=jsonpath={.spec.replicas}=3' --timeout=5s`, /condition met/],
  ['annotate deploy web a=b', /web annotate/],
]

async function rollsOut(kubectl: Kubectl): Promise<void> {
  const uid = await kubectl.ok('get', 'deploy', 'web', '-o', 'jsonpath={.metadata.uid}')
  for (const [revision, image] of [
    [1, 'nginx:1'],
    [2, 'nginx:2'],
  ] as const) {
    await kubectl.ok('create', '-f', kubectl.file(replicaSet(revision, image, uid)))
  }
  await kubectl.ok('annotate', 'deploy', 'web', 'deployment.kubernetes.io/revision=2')
  const generation = await kubectl.ok('get', 'deploy', 'web', '-o', 'jsonpath={.metadata.generation}')
  const status = {
    observedGeneration: Number(generation),
    replicas: 3,
    updatedReplicas: 3,
    availableReplicas: 3,
    readyReplicas: 3,
  }
  await kubectl.ok(
    'patch',
    'deploy',
    'web',
    '--subresource=status',
    '--type=merge',
    '-p',
    JSON.stringify({ status }),
  )
  await walk(kubectl, [
    ['rollout status deploy/web --timeout=5s', /^deployment "web" successfully rolled out\n$/],
    ['rollout history deploy/web', /REVISION +CHANGE-CAUSE\n1 +image nginx:1\n2 +image nginx:2\n/],
    ['rollout history deploy/web --revision=1', /Image:\s+nginx:1/],
    ['rollout undo deploy/web', /rolled back/],
    [`get deploy web -o 'jsonpath={.spec.template.spec.containers[0].image}'`, /^nginx:1$/],
    ['rollout pause deploy/web', /paused/],
    ['rollout resume deploy/web', /resumed/],
    ['rollout restart deploy/web', /restarted/],
    ['rollout status deploy/web --timeout=1s', /Waiting for deployment spec update to be observed/, 1],
  ])
}

const others: readonly Row[] = [
  ['expose deploy web --port=80', /service\/web exposed/],
  ['get service web', /web +ClusterIP +10\.0\.0\.\d+ +<none> +80\/TCP/],
  ['autoscale deploy web --min=1 --max=3', /web autoscaled/],
  ['get hpa', /web +Deployment\/web +.*<unknown>\/80% +1 +3 +0/],
  ['create job j --image=busybox', /job\.batch\/j created/],
  [`create cronjob cj --image=busybox '--schedule=* * * * *'`, /cronjob\.batch\/cj created/],
  [`create ingress i '--rule=a.b/c=web:80'`, /i created/],
  ['create role r --verb=get --resource=pods', /r created/],
  ['create rolebinding rb --role=r --user=jane', /rb created/],
  ['create clusterrole cr --verb=get --resource=pods', /cr created/],
  ['create quota q --hard=pods=1', /q created/],
  ['create pdb p --selector=app=web --min-available=1', /p created/],
  ['create priorityclass pc --value=10', /pc created/],
  ['create sa robot', /robot created/],
  ['create token robot', /^eyJ[\w-]+\.[\w-]+\.[\w-]+\s*$/],
  ['get all', /deployment\.apps\/web[^]*horizontalpodautoscaler\.autoscaling\/web[^]*job\.batch\/j/],
  ['describe deploy web', /Name: +web\n[^]*Replicas: +3 desired/],
  ['auth can-i create pods', /^yes\n$/],
  ['auth can-i --list', /\*\.\* +\[\] +\[\] +\[\*\]/],
  ['events', /No events found|LAST SEEN/],
  ['top nodes', /Metrics API not available/, 1],
  ['api-resources', /deployments +deploy +apps\/v1 +true +Deployment\n/],
  [
    'delete deploy,rs,svc,hpa,job,cronjob,ingress,role,rolebinding,quota,pdb --all',
    /deployment\.apps "web" deleted/,
  ],
]

/** Paths that people explain, and a word that must come up. */
const explained: readonly (readonly [path: string, says: RegExp])[] = [
  ['pod', /group of containers/],
  ['pod.spec', /restartPolicy/],
  ['pod.spec.containers', /imagePullPolicy/],
  ['pod.spec.containers.livenessProbe', /failureThreshold/],
  ['pod.spec.containers.resources.limits', /most that it may use/],
  ['pod.spec.volumes.emptyDir', /medium/],
  ['pod.spec.affinity.podAntiAffinity', /preferredDuringScheduling/],
  ['pod.status.conditions', /lastTransitionTime/],
  ['deployment', /equal pods/],
  ['deployment.spec.strategy.rollingUpdate', /maxSurge/],
  ['deployment.spec.selector', /cannot be changed/],
  ['statefulset.spec.volumeClaimTemplates', /claims that are made/],
  ['daemonset.spec.updateStrategy', /rollingUpdate/],
  ['job.spec.backoffLimit', /6 by default/],
  ['cronjob.spec.schedule', /form of cron/],
  ['service.spec', /clusterIP/],
  ['service.spec.type', /LoadBalancer/],
  ['node.status.conditions', /lastHeartbeatTime/],
  ['ingress.spec.rules.http.paths', /pathType/],
  ['configmap.data', /Text by key/],
]

for (const version of kubectlVersions) {
  const program = upstreamKubectl(version)
  const skip = program === undefined ? noKubectl(version) : false
  test(`kubectl ${version} works with workloads and all the rest`, { skip, timeout: 180_000 }, async (t) => {
    const { url } = await startApiServer(t)
    const kubectl = new Kubectl(t, program as string, url)
    await t.test('apply, diff, set image', () => applies(kubectl))
    await t.test('patch, scale, wait', () => walk(kubectl, patches))
    await t.test('rollout', () => rollsOut(kubectl))
    await t.test('create, expose, autoscale, auth, events, top', () => walk(kubectl, others))
    await t.test('explain', () =>
      walk(
        kubectl,
        explained.map(([path, says]) => [`explain ${path}`, says]),
      ),
    )
  })
}
