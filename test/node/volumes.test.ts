// The volumes that a node makes by itself, on real containerd, with a whole kubelet and an API server in this process.
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { configMap } from '#kinds/core/config-map'
import { secret } from '#kinds/core/secret'
import { serviceAccount } from '#kinds/core/service-account'
import type { ConfigMap, Volume } from '#kinds/gen/core-v1'
import { NodeCluster } from '../../testkit/host/node-cluster.ts'
import { until } from '../../testkit/host/process.ts'
import { at, main, mountsBelow, place, tool } from '../../testkit/host/volume-pods.ts'

let on: NodeCluster
before(async () => {
  on = await NodeCluster.start({ syncMs: 1000 })
})
after(() => on.close())

const namespace = 'default'

test('emptyDir: in memory with its size, open to all users, and no huge pages', async () => {
  await on.run('memory', {
    containers: [
      main(
        'stat -f -c %T /m; df -k /m | tail -1; stat -c %a /m /d; head -c 2000000 /dev/zero > /m/x || echo full',
        [at('m', '/m'), at('d', '/d')],
      ),
    ],
    volumes: [
      { name: 'm', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } },
      { name: 'd', emptyDir: {} },
    ],
  })
  await on.run('huge', {
    containers: [main('true')],
    volumes: [{ name: 'h', emptyDir: { medium: 'HugePages' } }],
  })
  const printed = await on.printed('memory')
  assert.match(printed, /tmpfs\s+1024 /)
  assert.match(printed, /\n777\n777\n/)
  assert.match(printed, /full/)
  await on.tells(
    'huge',
    /^FailedMount: MountVolume.SetUp failed for volume "h" : storage medium "HugePages" is not supported/,
  )
  await Promise.all([on.remove('huge'), on.remove('memory')])
})

test('emptyDir: a pod that outgrows its limit is evicted in upstream words', async () => {
  await on.run('greedy', {
    containers: [main('head -c 3000000 /dev/zero > /x/big; sleep 1000', [at('x', '/x')])],
    volumes: [{ name: 'x', emptyDir: { sizeLimit: '1Mi' } }],
  })
  const { status } = await on.reaches('greedy', 'Failed')
  const words = 'Usage of EmptyDir volume "x" exceeds the limit "1Mi". '
  assert.deepEqual([status?.reason, status?.message], ['Evicted', words])
  await on.tells('greedy', /^Evicted: Usage of EmptyDir volume "x" exceeds/)
  await on.remove('greedy')
})

test('hostPath: each type, made where it may be, refused in upstream words where it is another', async () => {
  const folder = place(on, 'host')
  writeFileSync(join(folder, 'file'), 'from the host')
  const volume = (name: string, path: string, type: string): Volume => ({ name, hostPath: { path, type } })
  await on.run('host', {
    containers: [
      main('cat /h/file; echo out > /new/x; ls -l /null /sock; cat /f', [
        at('h', '/h', { readOnly: true }),
        at('new', '/new'),
        at('null', '/null'),
        at('sock', '/sock'),
        at('f', '/f'),
      ]),
    ],
    volumes: [
      volume('h', folder, 'Directory'),
      volume('new', join(folder, 'new/deep'), 'DirectoryOrCreate'),
      volume('null', '/dev/null', 'CharDevice'),
      volume('sock', socketPath(), 'Socket'),
      volume('f', join(folder, 'file'), 'FileOrCreate'),
    ],
  })
  await on.run('wrong', {
    containers: [main('true')],
    volumes: [volume('w', join(folder, 'file'), 'Directory')],
  })
  const printed = await on.printed('host')
  assert.match(printed, /^from the host[^]*\/null[^]*\/sock[^]*from the host/)
  assert.equal(readFileSync(join(folder, 'new/deep/x'), 'utf8'), 'out\n')
  const why = `hostPath type check failed: ${folder}/file is not a directory`
  assert.equal(
    await on.tells('wrong', /^FailedMount/),
    `FailedMount: MountVolume.SetUp failed for volume "w" : ${why}`,
  )
  await Promise.all([on.remove('host'), on.remove('wrong')])
})

/** A socket that is there. */
function socketPath(): string {
  const found = readFileSync('/proc/net/unix', 'utf8')
    .split('\n')
    .find((line) => line.includes(on.folder))
  return found?.split(' ').at(-1) as string
}

test('configMap and secret: items, modes, optional, live by one swap, immutable not, and read-only', async () => {
  const map = (data: object, more: object = {}) => ({ metadata: { name: 'live' }, data, ...more })
  await on.create(configMap, map({ a: 'one', b: 'x' }))
  await on.create(configMap, { metadata: { name: 'stone' }, immutable: true, data: { a: 'stone' } })
  await on.create(secret, { metadata: { name: 'key' }, data: { token: btoa('s3cret') } })
  const pod = await on.run('files', {
    containers: [
      main(
        'stat -L -c "%a %n" /live/sub/a /key/t; cat /key/t; echo; stat -f -c %T /key; echo no > /live/x || echo sealed; ls /none; while :; do cat /live/sub/a /live/sub/b; echo; sleep 0.2; done',
        [at('live', '/live'), at('stone', '/stone'), at('key', '/key'), at('none', '/none')],
      ),
    ],
    volumes: [
      {
        name: 'live',
        configMap: {
          name: 'live',
          items: [
            { key: 'a', path: 'sub/a', mode: 0o400 },
            { key: 'b', path: 'sub/b' },
          ],
        },
      },
      { name: 'stone', configMap: { name: 'stone' } },
      {
        name: 'key',
        secret: { secretName: 'key', defaultMode: 0o440, items: [{ key: 'token', path: 't' }] },
      },
      { name: 'none', secret: { secretName: 'none', optional: true } },
    ],
  })
  await on.run('lacking', {
    containers: [main('true')],
    volumes: [{ name: 'l', configMap: { name: 'lacking' } }],
  })
  const uid = pod.metadata.uid ?? ''
  await until('the first files', () => on.kubelet.pods.logPath(uid, 'main') && on.log(uid).includes('onex'))
  assert.match(on.log(uid), /400 \/live\/sub\/a\n440 \/key\/t\ns3cret\ntmpfs\n/)
  // What goes to stderr may overtake.
  assert.match(on.log(uid), /Read-only file system/)
  assert.match(on.log(uid), /sealed/)
  const stored = await on.client.get<ConfigMap>(configMap, 'live', { namespace })
  await on.client.update(configMap, { ...stored, data: { a: 'two', b: 'y' } }, { namespace })
  await until('the new files', () => on.log(uid).includes('twoy'))
  // One swap: nobody ever saw the one file new and the other old.
  assert.doesNotMatch(on.log(uid), /oney|twox/)
  assert.equal(
    await on.tells('lacking', /^FailedMount/),
    'FailedMount: MountVolume.SetUp failed for volume "l" : configmap "lacking" not found',
  )
  await Promise.all([on.remove('files'), on.remove('lacking')])
})

test('downwardAPI and projected: fields, resources, and a token that is bound to the pod', async () => {
  await on.create(serviceAccount, { metadata: { name: 'bot' } })
  await on.create(configMap, { metadata: { name: 'part' }, data: { p: 'projected' } })
  const pod = await on.run(
    'told',
    {
      serviceAccountName: 'bot',
      securityContext: { fsGroup: 1234 },
      containers: [
        main(
          'cat /d/labels /d/cpu; echo; cat /p/p; echo; stat -L -c "%a %g" /p/token; cat /p/token; echo',
          [at('d', '/d'), at('p', '/p')],
          { resources: { limits: { cpu: '1500m' } } },
        ),
      ],
      volumes: [
        {
          name: 'd',
          downwardAPI: {
            items: [
              { path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } },
              {
                path: 'cpu',
                resourceFieldRef: { containerName: 'main', resource: 'limits.cpu', divisor: '1m' },
              },
            ],
          },
        },
        {
          name: 'p',
          projected: {
            sources: [
              { configMap: { name: 'part' } },
              { serviceAccountToken: { path: 'token', audience: 'vault', expirationSeconds: 600 } },
            ],
          },
        },
      ],
    },
    { labels: { app: 'web' } },
  )
  const printed = await on.printed('told')
  assert.match(printed, /^app="web"1500\nprojected\n640 1234\n/)
  const token = printed.trim().split('\n').at(-1) ?? ''
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
    aud: string[]
    sub: string
    'kubernetes.io': { pod: { uid: string } }
  }
  assert.deepEqual(claims.aud, ['vault'])
  assert.equal(claims.sub, 'system:serviceaccount:default:bot')
  assert.equal(claims['kubernetes.io'].pod.uid, pod.metadata.uid)
  await on.remove('told')
})

test('subPath: a link out of the volume is refused, whoever put it there; nothing of the host shows', async () => {
  const outside = place(on, 'outside')
  writeFileSync(join(outside, 'secret'), 'root only')
  const host = place(on, 'linked')
  symlinkSync(outside, join(host, 'link'))
  const refused = async (name: string, volume: Volume, before: string, subPath: string) => {
    await on.run(name, {
      initContainers: [{ ...main(before, [at('v', '/v')]), name: 'plant', image: 'test.local/busybox:1' }],
      containers: [main('cat /m/secret', [at('v', '/m', { subPath })])],
      volumes: [volume],
    })
    await on.tells(name, /^Failed: Error: failed to prepare subPath for volumeMount "v" of container "main"$/)
    const waiting = (await on.pod(name))?.status?.containerStatuses?.[0]?.state?.waiting
    assert.equal(waiting?.reason, 'CreateContainerConfigError')
    await on.remove(name)
  }
  const empty: Volume = { name: 'v', emptyDir: {} }
  await Promise.all([
    refused('absolute', empty, `ln -s ${outside} /v/a`, 'a'),
    refused('stepping', empty, 'ln -s ../../../../../../../../../etc /v/a', 'a/deep'),
    refused('linked', { name: 'v', hostPath: { path: host } }, 'true', 'link'),
  ])
  assert.deepEqual(readdirSync(outside), ['secret'])
})

test('subPath: while a container swaps folder and link, others only ever see the volume', async (t) => {
  const outside = place(on, 'raced')
  writeFileSync(join(outside, 'secret'), 'root only')
  const seers = Array.from({ length: 8 }, (_, i) => ({
    ...main('ls /m; cat /m/secret; true', [at('v', '/m', { subPathExpr: '$(PART)' })]),
    name: `see${i}`,
    env: [{ name: 'PART', value: 'a' }],
  }))
  const swap = `mkdir /v/a; touch /v/a/inside; end=$(($(date +%s) + 4)); while [ $(date +%s) -lt $end ]; do
    mv /v/a /v/b; ln -s ${outside} /v/a; rm /v/a 2>/dev/null; [ -d /v/a ] && mv /v/a /v/trash$(date +%s%N); mv /v/b /v/a; done`
  const pod = await on.run('race', {
    containers: [{ ...main(swap, [at('v', '/v')]), name: 'swap' }, ...seers],
    volumes: [{ name: 'v', emptyDir: {} }],
  })
  await until('all to have seen', async () => {
    const { status } = (await on.pod('race')) ?? {}
    return status?.containerStatuses?.every(({ state }) => state?.terminated)
  })
  const seen = seers.map(({ name }) => on.log(pod.metadata.uid ?? '', name))
  for (const text of seen) assert.doesNotMatch(text, /root only/)
  const refusals = (await on.eventsOf('race')).filter((one) =>
    one.includes('failed to prepare subPath'),
  ).length
  t.diagnostic(`8 containers during the race: 0 saw the host, ${refusals} sorts of refusals on the way`)
  assert.deepEqual(readdirSync(outside), ['secret'])
  await on.remove('race')
})

test('subPath: of a configMap key and of folders that are made, gone with the pod', async () => {
  await on.create(configMap, { metadata: { name: 'keys' }, data: { 'app.conf': 'hello' } })
  const pod = await on.run('parts', {
    containers: [
      main(
        'cat /etc/app.conf; echo hi > /mine/x; find /all',
        [
          at('keys', '/etc/app.conf', { subPath: 'app.conf' }),
          at('data', '/mine', { subPathExpr: 'pods/$(NAME)' }),
          at('data', '/all'),
        ],
        { env: [{ name: 'NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] },
      ),
    ],
    volumes: [
      { name: 'keys', configMap: { name: 'keys' } },
      { name: 'data', emptyDir: {} },
    ],
  })
  assert.match(await on.printed('parts'), /^hello[^]*\/all\/pods\/parts\/x/)
  await on.remove('parts')
  await until('its folder to go', () => !existsSync(on.podFolder(pod.metadata.uid ?? '')))
})

test('mountPropagation: later mounts pass as asked for, and not otherwise', async (t) => {
  const shared = place(on, 'shared')
  await tool('mount', '--bind', shared, shared)
  t.after(() => tool('umount', '--recursive', shared))
  await tool('mount', '--make-shared', shared)
  mkdirSync(join(shared, 'down'))
  mkdirSync(join(shared, 'up'))
  const pod = await on.run('passing', {
    containers: [
      {
        ...main(
          'mount -t tmpfs up /b/up; until ls /h/down/late; do sleep 0.2; done; ls /n/down/late || echo hidden',
          [
            at('s', '/h', { mountPropagation: 'HostToContainer' }),
            at('s', '/b', { mountPropagation: 'Bidirectional' }),
            at('s', '/n'),
          ],
        ),
        securityContext: { privileged: true },
      },
    ],
    volumes: [{ name: 's', hostPath: { path: shared } }],
  })
  await until('the mount of the container', () => mountsBelow(join(shared, 'up')).length > 0)
  await tool('mount', '-t', 'tmpfs', 'late', join(shared, 'down'))
  writeFileSync(join(shared, 'down/late'), '')
  assert.match(await on.printed('passing'), /\/h\/down\/late\n[^]*hidden/)
  assert.ok(pod.metadata.uid)
  await on.remove('passing')
})

test('recursiveReadOnly: shown in the status, and refused where the runtime cannot', async (t) => {
  const volumes: Volume[] = [{ name: 'v', emptyDir: {} }]
  const mount = (recursiveReadOnly: string) => at('v', '/v', { readOnly: true, recursiveReadOnly })
  await on.run('possible', {
    containers: [main('touch /v/x || echo sealed', [mount('IfPossible')])],
    volumes,
  })
  assert.match(await on.printed('possible'), /sealed/)
  const shown = (await on.pod('possible'))?.status?.containerStatuses?.[0]?.volumeMounts?.[0]
  if (shown?.recursiveReadOnly === 'Enabled') return t.skip('this runtime can: nothing to refuse')
  assert.deepEqual(shown, { name: 'v', mountPath: '/v', readOnly: true, recursiveReadOnly: 'Disabled' })
  await on.run('must', { containers: [main('true', [mount('Enabled')])], volumes })
  await on.tells(
    'must',
    /failed to resolve recursive read-only mode: volume "v" requested .* not supported by the runtime$/,
  )
  await Promise.all([on.remove('possible'), on.remove('must')])
  return undefined
})
