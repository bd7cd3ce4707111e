import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Node, Pod, Service } from '#kinds/gen/core-v1'
import { describeAny } from './any-kind.ts'
import { describeNode } from './node.ts'
import { describePod } from './pod.ts'
import { describeService } from './service.ts'
import { describeConfigMap, describeSecret } from './small-kinds.ts'
import { alignTabs } from './tab-writer.ts'

const now = Date.parse('2026-01-02T03:05:00Z')
const quiet = { now, events: [] }

test('alignTabs() aligns cells of lines that follow each other, as text/tabwriter does', () => {
  assert.equal(
    alignTabs('a\tb\nccc\td\nno tabs\nx\ty\tz\nlong\t\tq\n'),
    'a    b\nccc  d\nno tabs\nx     y  z\nlong     q\n',
  )
})

const pod: Pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'web',
    namespace: 'default',
    labels: { app: 'web', tier: 'x' },
    annotations: { long: 'a\nb' },
  },
  spec: {
    nodeName: 'n1',
    nodeSelector: { disk: 'ssd' },
    containers: [
      {
        name: 'c',
        image: 'nginx',
        ports: [{ containerPort: 80, protocol: 'TCP' }],
        command: ['sh', '-c'],
        env: [
          { name: 'A', value: '1' },
          { name: 'B', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
        ],
        livenessProbe: {
          httpGet: { path: '/', port: 80, scheme: 'HTTP' },
          periodSeconds: 10,
          timeoutSeconds: 1,
        },
        volumeMounts: [{ name: 'v', mountPath: '/v', readOnly: true }],
      },
    ],
    volumes: [{ name: 'v', emptyDir: {} }],
    tolerations: [{ key: 'k', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }],
  },
  status: {
    phase: 'Running',
    hostIP: '192.0.2.1',
    podIP: '10.0.0.2',
    podIPs: [{ ip: '10.0.0.2' }],
    startTime: '2026-01-02T03:04:05Z',
    qosClass: 'BestEffort',
    conditions: [{ type: 'Ready', status: 'True' }],
    containerStatuses: [
      {
        name: 'c',
        image: 'nginx',
        imageID: 'nginx@sha256:1',
        containerID: 'containerd://2',
        ready: true,
        restartCount: 1,
        state: { running: { startedAt: '2026-01-02T03:04:06Z' } },
        lastState: {
          terminated: {
            exitCode: 3,
            reason: 'Error',
            startedAt: '2026-01-02T03:04:05Z',
            finishedAt: '2026-01-02T03:04:06Z',
          },
        },
      },
    ],
  },
}

test('describePod() shows containers, volumes and events', () => {
  const events = [
    {
      type: 'Normal',
      reason: 'Pulled',
      message: 'got it',
      firstTimestamp: '2026-01-02T03:04:00Z',
      lastTimestamp: '2026-01-02T03:04:30Z',
      count: 2,
      source: { component: 'kubelet' },
    },
  ]
  assert.equal(
    describePod(pod, { now, events }),
    `Name:         web
Namespace:    default
Node:         n1/192.0.2.1
Start Time:   Fri, 02 Jan 2026 03:04:05 +0000
Labels:       app=web
              tier=x
Annotations:  long:
                a
                b
Status:       Running
IP:           10.0.0.2
IPs:
  IP:  10.0.0.2
Containers:
  c:
    Container ID:  containerd://2
    Image:         nginx
    Image ID:      nginx@sha256:1
    Port:          80/TCP
    Host Port:     0/TCP
    Command:
      sh
      -c
    State:          Running
      Started:      Fri, 02 Jan 2026 03:04:06 +0000
    Last State:     Terminated
      Reason:       Error
      Exit Code:    3
      Started:      Fri, 02 Jan 2026 03:04:05 +0000
      Finished:     Fri, 02 Jan 2026 03:04:06 +0000
    Ready:          True
    Restart Count:  1
    Liveness:       http-get http://:80/ delay=0s timeout=1s period=10s #success=0 #failure=0
    Environment:
      A:  1
      B:  <set to the key 'k' in secret 's'>  Optional: false
    Mounts:
      /v from v (ro)
Conditions:
  Type    Status
  Ready   True 
Volumes:
  v:
    Type:        EmptyDir (a temporary directory that shares a pod's lifetime)
    Medium:      
    SizeLimit:   <unset>
QoS Class:       BestEffort
Node-Selectors:  disk=ssd
Tolerations:     k:NoExecute op=Exists for 300s
Events:
  Type    Reason  Age                From     Message
  ----    ------  ----               ----     -------
  Normal  Pulled  30s (x2 over 60s)  kubelet  got it
`,
  )
})

test('describeNode() sums what pods ask for', () => {
  const node: Node = {
    metadata: {
      name: 'n1',
      labels: { 'node-role.kubernetes.io/worker': '' },
      creationTimestamp: '2026-01-02T03:00:00Z',
    },
    spec: { taints: [{ key: 'a', value: 'b', effect: 'NoSchedule' }] },
    status: { allocatable: { cpu: '2', memory: '4Gi' } },
  }
  const asking = (cpu: string): Pod => ({
    metadata: { name: `p${cpu}`, namespace: 'default', creationTimestamp: '2026-01-02T03:04:00Z' },
    spec: { containers: [{ name: 'c', resources: { requests: { cpu, memory: '1Gi' } } }] },
  })
  const text = describeNode(node, {
    ...quiet,
    lease: undefined,
    leaseFault: 'none',
    pods: [asking('500m'), asking('250m')],
  })
  assert.match(text, /^Roles: +worker$/m)
  assert.match(text, /^Taints: +a=b:NoSchedule$/m)
  assert.match(text, /^Lease: +Failed to get lease: none$/m)
  assert.match(text, /^ {2}default +p500m +500m \(25%\) +0 \(0%\) +1Gi \(25%\) +0 \(0%\) +60s$/m)
  assert.match(text, /^ {2}cpu +750m \(37%\) +0 \(0%\)$/m)
  assert.match(text, /^ {2}memory +2Gi \(50%\) +0 \(0%\)$/m)
})

test('describeService() shows ports', () => {
  const service: Service = {
    metadata: { name: 's', namespace: 'default' },
    spec: {
      type: 'NodePort',
      clusterIP: '10.0.0.1',
      selector: { a: 'b' },
      ports: [{ port: 80, protocol: 'TCP', targetPort: 'http', nodePort: 30000 }],
    },
  }
  const text = describeService(service, quiet)
  assert.match(text, /^Selector: +a=b$/m)
  assert.match(text, /^Port: +<unset> +80\/TCP\nTargetPort: +http\/TCP\nNodePort: +<unset> +30000\/TCP$/m)
})

test('a secret is described without its data', () => {
  const text = describeSecret({
    metadata: { name: 's', namespace: 'default' },
    data: { p: 'c2VjcmV0' },
    type: 'Opaque',
  })
  assert.match(text, /\nType: {2}Opaque\n\nData\n====\np: {2}6 bytes\n$/)
})

test('a config map is described with its data', () => {
  const text = describeConfigMap({ metadata: { name: 'c', namespace: 'default' }, data: { k: 'v' } }, quiet)
  assert.match(text, /\nData\n====\nk:\n----\nv\n\n\nBinaryData\n====\n\nEvents: {2}<none>\n$/)
})

test('describeAny() shows every field of a kind without a description', () => {
  const object = {
    apiVersion: 'x/v1',
    kind: 'Foo',
    metadata: { name: 'f', uid: 'u' },
    spec: { podCIDR: 'a', list: [{ b: 1 }, 'c'] },
  }
  assert.match(
    describeAny(object, { now, events: undefined }),
    /API Version: +x\/v1\nKind: +Foo\nMetadata:\n {2}UID: +u\nSpec:\n {2}List:\n {4}B: +1\n {4}c\n {2}Pod CIDR: +a\n$/,
  )
})
