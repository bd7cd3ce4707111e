import { type FieldError, fieldForbidden, invalid, required, tooLong } from '#base/field-error'
import { equal } from '#schema/equal'
import { rangeText } from '#schema/field-names'
import { byteLength, subdomainFaults } from '#schema/name-rules'
import { driverNameErrors } from '../core/driver-name.ts'
import { inlineVolumeErrors } from '../core/persistent-volume-spec.ts'
import { defineKind, type Rules } from '../define.ts'
import { eachFault } from '../each-fault.ts'
import { resources } from '../gen/resources.ts'
import type {
  VolumeAttachment as VolumeAttachmentObject,
  VolumeAttachmentSource,
  VolumeError,
} from '../gen/storage-v1.ts'
import { internalForm } from '../internal-form.ts'
import { isNew } from '../is-new.ts'
import { linksTo, nodeNamed } from '../node-link.ts'
import { specStatus } from '../spec-status.ts'
import { mapBytes } from './parameters.ts'

const metadataBytesMax = 256 * 1024
const messageBytesMax = 1024
const int32Max = 2_147_483_647

function* sourceErrors(
  { inlineVolumeSpec: inline, persistentVolumeName: name }: VolumeAttachmentSource,
  path: string,
): Iterable<FieldError> {
  const oneOf = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName'
  if (inline === undefined && name === undefined) yield required(path, oneOf)
  else if (inline !== undefined && name !== undefined) yield fieldForbidden(path, oneOf)
  else if (inline !== undefined) yield* inlineVolumeErrors(inline, `${path}.inlineVolumeSpec`)
  else if (name === '') {
    yield required(`${path}.persistentVolumeName`, 'must specify non empty persistentVolumeName')
  }
}

function* failureErrors(error: VolumeError | undefined, path: string): Iterable<FieldError> {
  const { message = '', errorCode = 0 } = error ?? {}
  // Upstream names the bound of the metadata here.
  if (byteLength(message) > messageBytesMax) yield tooLong(`${path}.message`, metadataBytesMax)
  if (errorCode < 0) yield invalid(`${path}.errorCode`, errorCode, rangeText(0, int32Max))
}

function* attachmentErrors({ spec, status }: VolumeAttachmentObject): Iterable<FieldError> {
  if (spec.attacher === '') yield required('spec.attacher')
  yield* sourceErrors(spec.source ?? {}, 'spec.source')
  yield* eachFault('spec.nodeName', spec.nodeName, subdomainFaults(spec.nodeName))
  if (mapBytes(status?.attachmentMetadata ?? {}) > metadataBytesMax) {
    yield tooLong('status.attachmentMetadata', metadataBytesMax)
  }
  yield* failureErrors(status?.attachError, 'status.attachError')
  yield* failureErrors(status?.detachError, 'status.detachError')
}

/** What was not asked of the attachments of earlier versions. */
function* newErrors({ spec }: VolumeAttachmentObject): Iterable<FieldError> {
  yield* driverNameErrors(spec.attacher, 'spec.attacher')
  const { persistentVolumeName: name } = spec.source ?? {}
  if (name !== undefined) yield* eachFault('spec.source.persistentVolumeName', name, subdomainFaults(name))
}

const rules: Rules<VolumeAttachmentObject> = {
  ...specStatus<VolumeAttachmentObject>({
    keptByStatus: ['labels', 'annotations', 'finalizers', 'ownerReferences'],
  }),
  *validate(attachment) {
    yield* attachmentErrors(attachment)
    if (isNew(attachment)) yield* newErrors(attachment)
  },
  *validateUpdate({ spec: next }, { spec: old }) {
    if (equal(next, old)) return
    const shown = internalForm('io.k8s.api.storage.v1.VolumeAttachmentSpec', next)
    yield invalid('spec', shown, 'field is immutable')
  },
}

/** VolumeAttachment: that a volume is to be attached to a node, and whether it is. */
export const volumeAttachment = defineKind<VolumeAttachmentObject>(
  resources['storage.k8s.io/v1/volumeattachments'],
  {
    cells: { Attached: ({ status }) => status?.attached ?? false },
    nodeLinks: ({ metadata, spec }) => {
      const own = { group: 'storage.k8s.io', plural: 'volumeattachments', name: metadata.name ?? '' }
      return spec.nodeName === '' ? [] : linksTo(nodeNamed(spec.nodeName), [own])
    },
    rules,
  },
)
