import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TestApi } from '#testkit/api-server'

const group = '/apis/networking.k8s.io/v1'
const ingresses = `${group}/namespaces/default/ingresses`
const classes = `${group}/ingressclasses`
interface Classed {
  spec: { ingressClassName?: string }
}

const classNamed = (name: string, isDefault: string) => ({
  metadata: { name, annotations: { 'ingressclass.kubernetes.io/is-default-class': isDefault } },
  spec: { controller: 'example.com/a' },
})
const ingress = (name: string, more: object = {}, annotations: Record<string, string> = {}) => ({
  metadata: { name, annotations },
  spec: { defaultBackend: { service: { name: 'a', port: { number: 80 } } }, ...more },
})

test('an ingress without a class gets the newest default one', async () => {
  const api = await TestApi.start({ options: { admission: ['NamespaceLifecycle', 'DefaultIngressClass'] } })
  const classOf = async (object: object) =>
    (await api.ok<Classed & { metadata: object }>('POST', ingresses, object)).spec.ingressClassName
  assert.equal(await classOf(ingress('none')), undefined)
  await api.ok('POST', classes, classNamed('b', 'true'))
  await api.ok('POST', classes, classNamed('a', 'true'))
  assert.equal(await classOf(ingress('same-age')), 'a')
  await api.clock.advance(1000)
  await api.ok('POST', classes, classNamed('c', 'true'))
  await api.ok('POST', classes, classNamed('d', 'false'))
  assert.equal(await classOf(ingress('newest')), 'c')
  assert.equal(await classOf(ingress('told', { ingressClassName: 'x' })), 'x')
  assert.equal(await classOf(ingress('annotated', {}, { 'kubernetes.io/ingress.class': 'x' })), undefined)
})

test('without the plugin an ingress stays without a class', async () => {
  const api = await TestApi.start()
  await api.ok('POST', classes, classNamed('a', 'true'))
  const { spec } = await api.ok<Classed & { metadata: object }>('POST', ingresses, ingress('a'))
  assert.equal(spec.ingressClassName, undefined)
})
