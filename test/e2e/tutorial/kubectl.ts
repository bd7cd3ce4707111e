// kubectl in place of curl (S84 to S90).
import assert from 'node:assert/strict'
import type { Pod } from '#kinds/gen/core-v1'
import { get, http } from './exchange.ts'
import { api } from './places.ts'
import { isReady, podsPath } from './pod.ts'
import type { Stage } from './stage.ts'
import { step } from './step.ts'

/** Deletes the pod and creates it again. */
export function kubectlSteps(stage: Stage): void {
  step('S87', 'kubectl -s http://ip:8080 get pods', async () => {
    const { stdout, stderr, code } = await stage.kubectl('-s', api, 'get', 'pods')
    assert.equal(code, 0, stderr)
    assert.match(stdout, /^NAME +READY +STATUS +RESTARTS +AGE\nnginx-server +2\/2 +Running +0 +\S+\n$/)
    assert.equal((await stage.kubectl(`--server=${api}`, 'get', 'pods', '--no-headers')).code, 0)
  })
  step('S85', 'sub-commands work on resources', async () => {
    for (const resource of ['nodes', 'namespaces', 'services', 'events', 'pods,nodes', 'po/nginx-server']) {
      const { code, stderr } = await stage.kubectl('get', resource)
      assert.equal(code, 0, `${resource}: ${stderr}`)
    }
  })
  step('S84', 'what kubectl shows is what the API answers', async () => {
    const { stdout } = await stage.kubectl('get', 'pod', 'nginx-server', '-o', 'json')
    const own = JSON.parse(stdout) as Pod
    const raw = await get<Pod>(`${podsPath}/nginx-server`)
    // Who owns which fields is shown on request alone.
    delete raw.metadata.managedFields
    assert.deepEqual(own, raw)
  })
  step('S88', 'kubectl delete pods/nginx-server', async () => {
    const { stdout, stderr, code } = await stage.kubectl('delete', 'pods/nginx-server')
    assert.equal(code, 0, stderr)
    assert.match(stdout, /^pod "nginx-server" deleted( from default namespace)?\n$/)
    assert.equal((await http(`${podsPath}/nginx-server`)).status, 404)
  })
  step('S86', 'kubectl create -f nginx_pod.yml', async () => {
    const { stdout, stderr, code } = await stage.kubectl('create', '-f', 'nginx_pod.yml')
    assert.equal(code, 0, stderr)
    assert.equal(stdout, 'pod/nginx-server created\n')
    await stage.until('the pod', async () => isReady(await get<Pod>(`${podsPath}/nginx-server`)))
  })
  step('S90', "kubectl's usage is told by itself", async () => {
    const { stdout } = await stage.kubectl('--help')
    for (const command of ['create', 'get', 'delete']) {
      assert.match(stdout, new RegExp(`^ +${command} `, 'm'))
      const help = await stage.kubectl(command, '--help')
      assert.equal(help.code, 0)
      assert.match(help.stdout, new RegExp(`kubectl ${command} `))
    }
  })
}
