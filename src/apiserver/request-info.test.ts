import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requestInfo } from './request-info.ts'

test('requestInfo() reads verb, resource, namespace, name and subresource', () => {
  const rows: [string, string, string][] = [
    ['GET', '/api/v1/nodes', 'list|||nodes||'],
    ['GET', '/api/v1/nodes?watch=true', 'watch|||nodes||'],
    ['GET', '/api/v1/watch/nodes/n1', 'watch|||nodes|n1|'],
    ['GET', '/api/v1/namespaces', 'list|||namespaces||'],
    ['GET', '/api/v1/namespaces/a', 'get||a|namespaces|a|'],
    ['PUT', '/api/v1/namespaces/a/finalize', 'update||a|namespaces|a|finalize'],
    ['GET', '/api/v1/namespaces/a/pods', 'list||a|pods||'],
    ['POST', '/api/v1/namespaces/a/pods', 'create||a|pods||'],
    ['DELETE', '/api/v1/namespaces/a/pods', 'deletecollection||a|pods||'],
    ['PATCH', '/api/v1/namespaces/a/pods/p/status', 'patch||a|pods|p|status'],
    ['GET', '/apis/coordination.k8s.io/v1/namespaces/a/leases/l', 'get|coordination.k8s.io|a|leases|l|'],
    ['HEAD', '/api/v1/nodes/n', 'get|||nodes|n|'],
  ]
  for (const [method, url, wanted] of rows) {
    const info = requestInfo(method, url)
    assert.ok(info?.isResource, url)
    const { verb, group, namespace, resource, name, subresource } = info
    assert.equal([verb, group, namespace, resource, name, subresource].join('|'), wanted, url)
  }
})

test('requestInfo() keeps what follows a proxy', () => {
  assert.equal(requestInfo('GET', '/api/v1/namespaces/a/pods/p/proxy/x/y')?.tail, '/x/y')
})

test('requestInfo() takes other paths for what they are', () => {
  for (const url of [
    '/',
    '/api',
    '/api/v1',
    '/apis',
    '/apis/apps',
    '/apis/apps/v1',
    '/healthz/ping',
    '/version',
  ]) {
    assert.equal(requestInfo('GET', url)?.isResource, false, url)
  }
})

test('requestInfo() refuses segments that mean another place', () => {
  for (const url of [
    '/api/v1/namespaces/../secrets',
    '/api/v1/namespaces/%2e%2e/secrets',
    '/api/v1/%zz',
    '/api/v1/a%00',
  ]) {
    assert.equal(requestInfo('GET', url), undefined, url)
  }
})
