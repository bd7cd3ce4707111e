const pod = (name: string, image = 'i', container = 'c') =>
  `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}\nspec:\n  containers:\n  - name: ${container}\n    image: ${image}\n`
const configMap = (metadata: string, data = '') =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {${metadata}}\n${data === '' ? '' : `data: {${data}}\n`}`

/** A pod with something of everything. */
const rich = `apiVersion: v1
kind: Pod
metadata:
  name: rich
  labels: {app: rich, tier: front}
  annotations: {note: "a b", long: "line1\\nline2"}
spec:
  nodeName: kubeling
  serviceAccountName: default
  priority: 0
  terminationGracePeriodSeconds: 5
  nodeSelector: {disk: ssd}
  tolerations:
  - {key: k, operator: Equal, value: v, effect: NoSchedule}
  - {key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute, tolerationSeconds: 300}
  initContainers:
  - {name: init, image: busybox, command: [sh, -c, "echo hi"]}
  containers:
  - name: a
    image: nginx
    command: [nginx]
    args: [-g, "daemon off;"]
    ports: [{containerPort: 80, name: http}, {containerPort: 53, protocol: UDP, hostPort: 5353}]
    resources: {limits: {cpu: 500m, memory: 128Mi}, requests: {cpu: 100m, memory: 64Mi}}
    env:
    - {name: A, value: B}
    - {name: NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
    - {name: CM, valueFrom: {configMapKeyRef: {name: cm, key: k, optional: true}}}
    - {name: SEC, valueFrom: {secretKeyRef: {name: s, key: k, optional: true}}}
    - {name: CPU, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}
    envFrom:
    - {configMapRef: {name: cm, optional: true}}
    - {prefix: P_, secretRef: {name: s, optional: true}}
    livenessProbe: {httpGet: {path: /, port: 80}, initialDelaySeconds: 3}
    readinessProbe: {tcpSocket: {port: http}}
    startupProbe: {exec: {command: [ls, /]}}
    volumeMounts:
    - {name: e, mountPath: /e}
    - {name: h, mountPath: /h, readOnly: true, subPath: x}
  volumes:
  - {name: e, emptyDir: {medium: Memory, sizeLimit: 1Mi}}
  - {name: h, hostPath: {path: /tmp, type: Directory}}
  - {name: c, configMap: {name: cm, optional: true}}
  - {name: s, secret: {secretName: s, optional: true}}
  - name: p
    projected:
      sources:
      - serviceAccountToken: {path: token, expirationSeconds: 3607}
      - configMap: {name: cm}
      - downwardAPI: {items: [{path: l, fieldRef: {fieldPath: metadata.labels}}]}
  - name: d
    downwardAPI: {items: [{path: l, fieldRef: {fieldPath: metadata.labels}}]}
  - {name: pvc, persistentVolumeClaim: {claimName: claim}}
`

const list = {
  apiVersion: 'v1',
  kind: 'List',
  items: ['l1', 'l2'].map((name) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } })),
}

/** The files that the command lines name. */
export const manifests: Readonly<Record<string, string>> = {
  'm/ok.yaml': pod('p1'),
  'm/unknown.yaml': pod('p2').replace('containers', 'containrs'),
  'm/bad.json': '{"apiVersion":"v1","kind":"ConfigMap"',
  'm/noapi.yaml': 'kind: Pod\n',
  'm/nokind.yaml': 'apiVersion: v1\n',
  'm/unkind.yaml': 'apiVersion: foo/v1\nkind: Bar\nmetadata: {name: x}\n',
  'm/empty.yaml': '',
  'm/comments.yaml': '---\n# c\n---\n',
  'm/two.yaml': `${pod('p1')}---\n${configMap('name: c1', 'a: b')}`,
  'm/list.json': JSON.stringify(list),
  'm/ns.yaml': configMap('name: c2, namespace: other'),
  'm/invalid.yaml': `${pod('BAD_')}  restartPolicy: x\n`,
  'm/text.yaml': 'just text\n',
  'm/gen.yaml': configMap('generateName: gen-'),
  'm/noname.yaml': configMap(''),
  'm2.yaml': configMap('name: ap, labels: {a: b}', 'x: "1", y: "2"'),
  'm3.yaml': configMap('name: ap', 'x: "1", z: "2"'),
  'plain.yaml': configMap('name: plain', 'c: d'),
  'okchg.yaml': pod('p1', 'i2'),
  'podbad.yaml': pod('p1', 'i', 'd'),
  'rich.yaml': rich,
  'web.yaml': pod('web', 'nginx').replace('name: web', 'name: web\n  labels: {app: web, b: "2"}'),
  'm/env': 'A=1\n# c\nB=x y\n\n',
  'bad/compact.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: t\n   bad: x\n',
  'bad/tab.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n\tname: t\n',
  'bad/middle.yaml': `${configMap('name: d1')}---\nfoo: [\n---\n${configMap('name: d2')}`,
  'bad/one-of-three.yaml': `${configMap('name: e1')}---\napiVersion: v1\nkind: Pod\nmetadata: {name: e2}\nspec: {}\n---\n${configMap('name: e3')}`,
  'bad/list.yaml': `apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: y1}\n- {kind: ConfigMap, metadata: {name: y2}}\n`,
  'bad/twice.yaml': configMap('name: dup', 'a: x, a: z'),
  'bad/number.yaml': configMap('name: num', 'a: 1'),
  'bad/array.yaml': '- a\n- b\n',
  'bad/version.yaml': 'apiVersion: 1\nkind: ConfigMap\nmetadata: {name: x}\n',
  'bad/kind.yaml': 'apiVersion: v1\nkind: [a]\nmetadata: {name: x}\n',
  'bad/group.yaml': 'apiVersion: a/b/c\nkind: ConfigMap\nmetadata: {name: x}\n',
  'bad/name.yaml': configMap('name: 123'),
  'bad/label.yaml': configMap('name: x, labels: {a: 1}'),
  'bad/metadata.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: []\n',
  'bad/many.yaml': `${pod('many', '""', 'BAD_')}  - {image: i, ports: [{containerPort: 99999}]}\n`,
  'bad/type.yaml': `${pod('typed')}  terminationGracePeriodSeconds: abc\n`,
}
