import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refuses, stored, told, write } from '#testkit/kind-check'
import type { ControllerRevision } from '../gen/apps-v1.ts'
import { controllerRevision } from './controller-revision.ts'

const sound = (): ControllerRevision => ({
  metadata: { name: 'db-1', namespace: 'default' },
  data: { spec: {} },
  revision: 1,
})

test('what a revision holds', () => {
  refuses(controllerRevision, sound, [
    [(object) => delete object.data, 'data: Required value: data is mandatory'],
    [(object) => (object.revision = -1), 'revision: Invalid value: -1: must be greater than or equal to 0'],
    [({ metadata }) => (metadata.name = 'A'), /^metadata\.name: Invalid value: "A"/],
  ])
})

test('what a revision holds stays, its number may change', () => {
  const old = stored<ControllerRevision>(controllerRevision, sound())
  const change = (spoil: (object: ControllerRevision) => unknown) =>
    write<ControllerRevision>(controllerRevision, old, (next) => void spoil(next)).faults
  told(
    change((next) => (next.revision = 2)),
    [],
    'another number',
  )
  told(
    change((next) => (next.data = { a: 1 })),
    ['data: Invalid value: {"a":1}: field is immutable'],
    'other data',
  )
})

test('the controller of a revision', () => {
  const cell = (apiVersion: string, controller = true) => {
    const owner = { apiVersion, kind: 'StatefulSet', name: 'DB', uid: 'u', controller }
    return controllerRevision.cells['Controller']?.({ metadata: { ownerReferences: [owner] } }, 0)
  }
  assert.equal(cell('apps/v1'), 'statefulset.apps/DB')
  assert.equal(cell('v1'), 'statefulset/DB')
  assert.equal(cell('v1', false), '<none>')
})
