// The pod: sent by curl, run by the node, looked at through the API (S43, S66 to S83).
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { Container, ContainerStatus, Pod, PodStatus } from '#kinds/gen/core-v1'
import { curl, get, http } from './exchange.ts'
import { api, images, podAddress, server } from './places.ts'
import type { Stage } from './stage.ts'
import { step } from './step.ts'

/** Where the pods of the tutorial are listed. */
export const podsPath = '/api/v1/namespaces/default/pods'
const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/

/** True when the pod runs and answers. */
export const isReady = ({ status }: Pod) =>
  status?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True') === true

/** What the steps share: the answer to POST, and the pod once it runs. */
interface Seen {
  sent: Pod
  runs: Pod
}

const containers = (pod: Pod) => (pod.spec as { containers: Container[] }).containers
const container = (pod: Pod, name: string) => containers(pod).find((one) => one.name === name) as Container
const statuses = (pod: Pod) => (pod.status as PodStatus).containerStatuses as ContainerStatus[]

/** Sends the pod and waits for it. */
export function podSteps(stage: Stage): void {
  const seen = {} as Seen
  step('S66', 'a YAML manifest is JSON in other words', () => {
    const manifest = parse(readFileSync(join(stage.folder, 'nginx_pod.yml'), 'utf8')) as Pod
    assert.equal(manifest.spec?.nodeName, server)
    writeFileSync(join(stage.folder, 'nginx_pod.json'), JSON.stringify(manifest, null, 2))
  })
  step('S43', 'POST answers with the created object', async () => {
    const words = `-s -w '%{http_code}' -X POST -H "Content-Type: application/json" ${api}${podsPath}`
    const answer = await stage.shell(`curl ${words} --data @nginx_pod.json`)
    assert.equal(answer.slice(-3), '201', answer)
    seen.sent = JSON.parse(answer.slice(0, -3)) as Pod
    assert.equal(seen.sent.metadata.name, 'nginx-server')
  })
  sentSteps(seen)
  runningSteps(stage, seen)
  statusSteps(seen)
  metadataSteps(stage, seen)
  effectSteps(stage)
}

/** The answer to POST. */
function sentSteps(seen: Seen): void {
  step('S74', 'its status is Pending', () => {
    assert.deepEqual(seen.sent.status, { phase: 'Pending', qosClass: 'BestEffort' })
  })
  step('S75', 'the server adds metadata and status', () => {
    const { metadata } = seen.sent
    for (const name of ['uid', 'resourceVersion', 'creationTimestamp'] as const)
      assert.notEqual(metadata[name], undefined, name)
    assert.equal(metadata.namespace, 'default')
  })
  step('S73', 'defaults', () => {
    const { spec } = seen.sent
    assert.equal(spec?.restartPolicy, 'Always')
    assert.equal(Number(spec?.terminationGracePeriodSeconds), 30)
    assert.equal(spec?.dnsPolicy, 'ClusterFirst')
    assert.deepEqual(spec?.securityContext, {})
    for (const one of containers(seen.sent)) {
      assert.deepEqual(one.resources, {})
      assert.equal(one.terminationMessagePath, '/dev/termination-log')
      assert.equal(one.imagePullPolicy, 'Always')
    }
  })
  step('S70', 'a port of a container is TCP', () => {
    const [port] = container(seen.sent, 'nginx-server').ports ?? []
    assert.deepEqual(port, { containerPort: 80, protocol: 'TCP' })
  })
  step('S76', 'both containers are in the answer, in the order they were sent', () => {
    assert.deepEqual(
      containers(seen.sent).map(({ name }) => name),
      ['nginx-server', 'log-output'],
    )
  })
}

/** On the way to Running. */
function runningSteps(stage: Stage, seen: Seen): void {
  step('S81', 'it is ready in 16 seconds, pulls of images and all', async () => {
    seen.runs = await stage.until('the pod to be ready', async () => {
      const found = await get<Pod>(`${podsPath}/nginx-server`)
      return isReady(found) && found
    })
    const conditions = seen.runs.status?.conditions ?? []
    const ready = conditions.find(({ type }) => type === 'Ready')?.lastTransitionTime as string
    const since = Date.parse(ready) - Date.parse(seen.runs.metadata.creationTimestamp as string)
    assert.ok(since <= 16_000, `${since} ms`)
  })
  step('S5', 'a node named by hand is all it takes: sent, stored, seen, run', async () => {
    assert.equal(seen.runs.spec?.nodeName, server)
    assert.equal(seen.runs.metadata.uid, seen.sent.metadata.uid)
    const { items } = await get<{ items: { reason: string }[] }>('/api/v1/namespaces/default/events')
    assert.ok(!items.some(({ reason }) => reason === 'Scheduled'))
  })
  step('S52', 'the kubelet found it by watching, and goes on watching', async () => {
    assert.equal(seen.runs.status?.phase, 'Running')
    const { text } = await curl('/metrics')
    assert.match(text, /^apiserver_longrunning_requests\{.*resource="pods".*\} [1-9]/m)
  })
  step('S67', 'nodeName is the label kubernetes.io/hostname', async () => {
    const node = await get<{ metadata: { labels: Record<string, string> } }>(`/api/v1/nodes/${server}`)
    assert.equal(seen.runs.spec?.nodeName, node.metadata.labels['kubernetes.io/hostname'])
  })
  step('S68', 'it has two containers', () => assert.equal(statuses(seen.runs).length, 2))
  step('S69', 'images come from a private registry over plain HTTP, without a tag', async () => {
    for (const [name, image] of [
      ['nginx-server', 'nginx'],
      ['log-output', 'busybox'],
    ] as const) {
      assert.equal(container(seen.runs, name).image, `${images}/${image}`)
      const digest = /sha256:[0-9a-f]{64}$/.exec(
        statuses(seen.runs).find((one) => one.name === name)?.imageID ?? '',
      )
      assert.notEqual(digest, null)
    }
  })
  step('S71', 'a relative command runs', () => {
    const { command, args } = container(seen.runs, 'log-output')
    assert.deepEqual(command, ['bin/sh'])
    assert.deepEqual(args, ['-c', 'tail -f /logdir/access.log'])
    assert.equal(statuses(seen.runs).find(({ name }) => name === 'log-output')?.ready, true)
  })
}

/** The status of the pod that runs. */
function statusSteps(seen: Seen): void {
  step('S77', 'conditions, in their order', () => {
    const own = ['Initialized', 'Ready', 'PodScheduled']
    const told = (seen.runs.status?.conditions ?? []).filter(({ type }) => own.includes(type as string))
    assert.deepEqual(
      told.map(({ type }) => type),
      own,
    )
    for (const one of told) {
      assert.equal(one.status, 'True')
      assert.equal(one.lastProbeTime, null)
      assert.match(String(one.lastTransitionTime), time)
    }
  })
  step('S78', 'container statuses, sorted by name', () => {
    assert.deepEqual(
      statuses(seen.runs).map(({ name }) => name),
      ['log-output', 'nginx-server'],
    )
    for (const one of statuses(seen.runs)) {
      assert.match(one.containerID ?? '', /^containerd:\/\/[0-9a-f]{64}$/)
      assert.match(one.imageID ?? '', /sha256:[0-9a-f]{64}$/)
      assert.ok(one.image?.startsWith(`${images}/`), one.image)
      assert.deepEqual(one.lastState, {})
      assert.equal(one.ready, true)
      assert.equal(Number(one.restartCount), 0)
      assert.match(String(one.state?.running?.startedAt), time)
    }
  })
  step('S79', 'addresses, phase and start', () => {
    const { hostIP, podIP, phase, startTime } = seen.runs.status as PodStatus
    assert.deepEqual({ hostIP, podIP, phase }, { hostIP: server, podIP: podAddress, phase: 'Running' })
    assert.match(String(startTime), time)
  })
  step('S80', 'containers start in the order of the spec', async () => {
    const started = (name: string) =>
      String(statuses(seen.runs).find((one) => one.name === name)?.state?.running?.startedAt)
    assert.ok(started('nginx-server') <= started('log-output'))
  })
  step('S40', 'objects in a list carry no kind or apiVersion', async () => {
    const { items } = await get<{ items: object[] }>(podsPath)
    assert.equal(items.length, 1)
    assert.ok(!('kind' in (items[0] ?? {})) && !('apiVersion' in (items[0] ?? {})))
    const { text } = await curl(podsPath)
    assert.match(text, /"items": \[\n {4}\{\n {6}"metadata": \{/)
  })
}

/** Metadata of objects. */
function metadataSteps(stage: Stage, seen: Seen): void {
  step('S47', 'metadata from the server: uid, resourceVersion, creationTimestamp, selfLink', async () => {
    const { metadata } = await get<Pod>(`${podsPath}/nginx-server`)
    assert.match(
      metadata.uid ?? '',
      /^[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    )
    assert.match(metadata.resourceVersion ?? '', /^[1-9]\d*$/)
    assert.match(String(metadata.creationTimestamp), time)
    assert.equal(metadata.selfLink, stage.isOld ? `${podsPath}/nginx-server` : undefined)
    const { items } = await get<{ items: Pod[] }>(podsPath)
    assert.equal(items[0]?.metadata.selfLink, metadata.selfLink)
  })
  step('S48', 'names, labels and annotations are what they were given', async () => {
    assert.equal(seen.runs.metadata.name, 'nginx-server')
    assert.equal(seen.runs.metadata.namespace, 'default')
    const { metadata } = await get<Pod>(`/api/v1/nodes/${server}`)
    assert.equal(metadata.labels?.['kubernetes.io/hostname'], server)
    assert.ok(Object.keys(metadata.annotations ?? {}).length > 0)
  })
  step('S49', 'resourceVersion rises with every write', async () => {
    const [before, after] = [seen.sent, seen.runs].map((one) => Number(one.metadata.resourceVersion))
    assert.ok((after as number) > (before as number), `${before} then ${after}`)
    const list = await get<{ metadata: { resourceVersion: string } }>(podsPath)
    assert.ok(Number(list.metadata.resourceVersion) >= (after as number))
  })
}

/** What the pod does. */
function effectSteps(stage: Stage): void {
  step('S82', "nginx's page is found at the pod's address", async () => {
    const lines = (await stage.shell(`curl -s http://${podAddress} | head -n 5`)).split('\n')
    assert.deepEqual(lines.slice(0, 4), [
      '<!DOCTYPE html>',
      '<html>',
      '<head>',
      '<title>Welcome to nginx!</title>',
    ])
  })
  step('S72', 'both containers see one volume', async () => {
    const path = `${podsPath}/nginx-server/log?container=log-output`
    await stage.until('the log', async () => (await http(path)).text.includes('GET / HTTP/1.1'))
  })
  step('S83', 'each request reaches the log of the other container', async () => {
    const agent = `reader-${process.pid}`
    await stage.shell(`curl -s -A ${agent} http://${podAddress}`)
    const path = `${podsPath}/nginx-server/log?container=log-output`
    await stage.until('the line', async () => (await http(path)).text.includes(agent))
  })
}
