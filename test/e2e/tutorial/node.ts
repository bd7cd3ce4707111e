// The node: how it joins and what it tells of itself (S50 to S65).
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { before } from 'node:test'
import { timeOf } from '#base/time'
import type { Node, NodeCondition } from '#kinds/gen/core-v1'
import { get } from './exchange.ts'
import { images, server } from './places.ts'
import type { Stage } from './stage.ts'
import { step } from './step.ts'

const path = `/api/v1/nodes/${server}`

const conditionOf = (node: Node, type: string) => node.status?.conditions?.find((one) => one.type === type)

/** Joins the node and looks at it. */
export function nodeSteps(stage: Stage): void {
  let node: Node
  let joinedAt = ''
  before(async () => {
    await stage.startRuntime()
    joinedAt = timeOf(Date.now())
    stage.startKubelet()
  })
  step('S50', 'the kubelet is told where the API server is', async () => {
    await stage.until('the node', () => get<Node>(path).catch(() => undefined))
  })
  step('S51', 'it registers itself', async () => {
    const { items } = await get<{ items: Node[] }>('/api/v1/nodes')
    assert.deepEqual(
      items.map(({ metadata }) => metadata.name),
      [server],
    )
  })
  step('S61', 'Ready turns True, and its transition time moves only then', async () => {
    node = await stage.until('the node to be ready', async () => {
      const found = await get<Node>(path)
      return conditionOf(found, 'Ready')?.status === 'True' && found
    })
    // The kubelet's own clock, read before it asks to be registered: up to a second before the node's creationTimestamp.
    const since = conditionOf(node, 'Ready')?.lastTransitionTime ?? ''
    assert.ok(since >= joinedAt, `Ready since ${since}, the kubelet started at ${joinedAt}`)
  })
  step('S53', 'what it tells is refreshed', async () => {
    const beat = async () => {
      if (stage.isOld) return conditionOf(await get<Node>(path), 'Ready')?.lastHeartbeatTime
      const lease = `/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${server}`
      return (await get<{ spec: { renewTime: string } }>(lease)).spec.renewTime
    }
    // Registration comes first, the lease a moment later.
    const first = await stage.until('the first heartbeat', () => beat().catch(() => undefined))
    await stage.until('a heartbeat', async () => (await beat()) !== first)
    const now = await get<Node>(path)
    assert.equal(
      conditionOf(now, 'Ready')?.lastTransitionTime,
      conditionOf(node, 'Ready')?.lastTransitionTime,
    )
    node = now
  })
  step('S54', 'its name is the address, and the label the same', () => {
    assert.equal(node.metadata.name, server)
    assert.equal(node.metadata.labels?.['kubernetes.io/hostname'], server)
  })
  step('S55', 'labels tell architecture and system', () => {
    for (const prefix of ['beta.kubernetes.io', 'kubernetes.io']) {
      assert.equal(node.metadata.labels?.[`${prefix}/arch`], 'amd64')
      assert.equal(node.metadata.labels?.[`${prefix}/os`], 'linux')
    }
  })
  step('S56', 'volumes are attached by a controller', () => {
    assert.equal(
      node.metadata.annotations?.['volumes.kubernetes.io/controller-managed-attach-detach'],
      'true',
    )
  })
  step('S57', 'spec.externalID, in the old form alone', () => {
    assert.equal(node.spec?.externalID, stage.isOld ? server : undefined)
  })
  stateSteps(stage, () => node)
}

/** The node's status. */
function stateSteps(stage: Stage, node: () => Node): void {
  step('S58', 'addresses', () => {
    const old = stage.isOld ? [{ type: 'LegacyHostIP', address: server }] : []
    assert.deepEqual(node().status?.addresses, [
      ...old,
      { type: 'InternalIP', address: server },
      { type: 'Hostname', address: server },
    ])
  })
  step('S59', 'capacity and what of it pods may use', () => {
    const { capacity = {}, allocatable = {} } = node().status ?? {}
    const total = /^MemTotal: +(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]
    assert.equal(capacity['memory'], `${total}Ki`)
    assert.equal(
      capacity['cpu'],
      String(/^processor/gm[Symbol.match](readFileSync('/proc/cpuinfo', 'utf8'))?.length),
    )
    assert.equal(capacity['pods'], '110')
    assert.equal(capacity['alpha.kubernetes.io/nvidia-gpu'], stage.isOld ? '0' : undefined)
    if (stage.isOld) assert.deepEqual(allocatable, capacity)
    for (const name of ['cpu', 'memory', 'pods']) assert.match(String(allocatable[name]), /^\d+(Ki)?$/)
  })
  step('S60', 'conditions in words that clients know', () => {
    const told = [
      ['MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
      ['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'],
      stage.isOld
        ? ['OutOfDisk', 'False', 'KubeletHasSufficientDisk', 'kubelet has sufficient disk space available']
        : ['DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
    ]
    for (const [type, status, reason, message] of told) {
      const found = conditionOf(node(), type as string) as NodeCondition
      const { lastHeartbeatTime, lastTransitionTime, ...rest } = found
      assert.deepEqual(rest, { type, status, reason, message })
      for (const time of [lastHeartbeatTime, lastTransitionTime])
        assert.match(String(time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    }
    assert.equal(conditionOf(node(), 'OutOfDisk') === undefined, !stage.isOld)
  })
  step('S62', "the kubelet's port", async () => {
    assert.deepEqual(node().status?.daemonEndpoints, { kubeletEndpoint: { Port: 10250 } })
  })
  step('S64', 'nodeInfo has its ten fields', () => {
    const info = node().status?.nodeInfo
    const { kubeProxyVersion, ...others } = info as Record<string, string> & typeof info
    const names =
      'architecture bootID containerRuntimeVersion kernelVersion kubeletVersion machineID operatingSystem osImage systemUUID'
    assert.deepEqual(Object.keys(others).sort(), names.split(' '))
    for (const [name, value] of Object.entries(others)) assert.notEqual(value, '', name)
    assert.match(others.containerRuntimeVersion ?? '', /^containerd:\/\/\d/)
    assert.equal(kubeProxyVersion, stage.isOld ? others.kubeletVersion : '')
    assert.equal(others.bootID, readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim())
  })
  step('S65', 'memory and disk, all and usable', () => {
    for (const name of ['memory', 'ephemeral-storage'])
      for (const amounts of [node().status?.capacity, node().status?.allocatable])
        assert.match(String(amounts?.[name]), /^[1-9]\d*(Ki)?$/)
  })
}

/** What the node tells once pods have run on it. */
export function imagesStep(stage: Stage): void {
  step('S63', 'images that the node has, the biggest first', async () => {
    const found = await stage.until('the images', async () => {
      const all = (await get<Node>(path)).status?.images ?? []
      return all.filter(({ names }) => names?.some((name) => name.startsWith(images))).length === 2 && all
    })
    const sizes = found.map(({ sizeBytes }) => sizeBytes ?? 0)
    assert.deepEqual(
      sizes,
      [...sizes].sort((a, b) => Number(b) - Number(a)),
    )
    const own = found.flatMap(({ names }) => names?.filter((name) => name.endsWith(':latest')) ?? [])
    assert.deepEqual(own, [`${images}/nginx:latest`, `${images}/busybox:latest`])
  })
}
