import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refuses, stored, write } from '#testkit/kind-check'
import type { PersistentVolumeSpec } from '../gen/core-v1.ts'
import type { VolumeAttachment } from '../gen/storage-v1.ts'
import { volumeAttachment } from './volume-attachment.ts'

const sound = (): VolumeAttachment => ({
  metadata: { name: 'a' },
  spec: { attacher: 'csi.example.com', nodeName: 'node-1', source: { persistentVolumeName: 'pv' } },
})

const inline = (fields: object) => (object: VolumeAttachment) => {
  const volume: PersistentVolumeSpec = {
    accessModes: ['ReadWriteOnce'],
    csi: { driver: 'csi.example.com', volumeHandle: 'h' },
  }
  object.spec.source = { inlineVolumeSpec: Object.assign(volume, fields) }
}
const spec = (fields: object) => (object: VolumeAttachment) => Object.assign(object.spec, fields)

test('an attachment that is wrong', () => {
  const oneOf = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName'
  refuses(volumeAttachment, sound, [
    // Both what was always asked and what is asked since say so.
    [spec({ attacher: '' }), 'spec.attacher: Required value'],
    [spec({ attacher: 'a'.repeat(64) }), 'spec.attacher: Too long: may not be more than 63 bytes'],
    [spec({ source: {} }), `spec.source: Required value: ${oneOf}`],
    [
      spec({ source: { persistentVolumeName: 'pv', inlineVolumeSpec: {} } }),
      `spec.source: Forbidden: ${oneOf}`,
    ],
    [
      spec({ source: { persistentVolumeName: '' } }),
      'spec.source.persistentVolumeName: Required value: must specify non empty persistentVolumeName',
      /^spec\.source\.persistentVolumeName: Invalid value: "": a lowercase/,
    ],
    [
      spec({ source: { persistentVolumeName: 'A' } }),
      /^spec\.source\.persistentVolumeName: Invalid value: "A": a lowercase/,
    ],
    [spec({ nodeName: 'A' }), /^spec\.nodeName: Invalid value: "A": a lowercase/],
  ])
})

test('a volume that is attached without being an object', () => {
  const at = 'spec.source.inlineVolumeSpec'
  const context = 'in the context of inline volumes'
  const unwanted = `Forbidden: may not be specified ${context}`
  refuses(volumeAttachment, sound, [
    [inline({ claimRef: { name: 'a' } }), `${at}.claimRef: ${unwanted}`],
    [inline({ capacity: { storage: '1' } }), `${at}.capacity: ${unwanted}`],
    [
      (object) => {
        inline({ nfs: { server: 'a', path: '/' } })(object)
        delete object.spec.source.inlineVolumeSpec?.csi
      },
      `${at}.csi: Required value: has to be specified ${context}`,
    ],
    [inline({ accessModes: [] }), `${at}.accessModes: Required value`],
    [
      inline({ persistentVolumeReclaimPolicy: 'Delete' }),
      `${at}.persistentVolumeReclaimPolicy: Forbidden: may only be Retain ${context}`,
    ],
    [inline({ nodeAffinity: {} }), `${at}.nodeAffinity: ${unwanted}`],
    [inline({ storageClassName: 'a' }), `${at}.storageClassName: ${unwanted}`],
    [
      inline({ volumeMode: 'Block' }),
      `${at}.volumeMode: Forbidden: may not specify volumeMode other than Filesystem ${context}`,
    ],
  ])
  const object = sound()
  inline({ persistentVolumeReclaimPolicy: 'Retain', volumeMode: 'Filesystem' })(object)
  refuses(volumeAttachment, () => object, [])
})

test('an attachment keeps its spec, and its status is judged', () => {
  const old = stored<VolumeAttachment>(volumeAttachment, { ...sound(), status: { attached: true } })
  assert.equal(old.status, undefined)
  assert.deepEqual(write(volumeAttachment, old, spec({ nodeName: 'b' })).faults, [
    'spec: Invalid value: {"Attacher":"csi.example.com","Source":{"PersistentVolumeName":"pv","InlineVolumeSpec":null},"NodeName":"b"}: field is immutable',
  ])
  const big = 'a'.repeat(256 * 1024)
  const change = (object: VolumeAttachment) => {
    object.metadata.labels = { a: 'b' }
    object.status = {
      attached: true,
      attachmentMetadata: { a: big },
      attachError: { message: 'a'.repeat(1025) },
      detachError: { errorCode: -1 },
    }
  }
  const { object, faults } = write(volumeAttachment, old, change, 'status')
  assert.deepEqual(faults, [
    'status.attachmentMetadata: Too long: may not be more than 262144 bytes',
    'status.attachError.message: Too long: may not be more than 262144 bytes',
    'status.detachError.errorCode: Invalid value: -1: must be between 0 and 2147483647, inclusive',
  ])
  assert.equal(object.metadata.labels, undefined)
  assert.equal(object.status?.attached, true)
  assert.equal(volumeAttachment.cells['Attached']?.(object, 0), true)
  assert.equal(volumeAttachment.cells['Attached']?.(old, 0), false)
})
