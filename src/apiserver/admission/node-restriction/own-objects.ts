import type { CertificateSigningRequest } from '#kinds/gen/certificates-v1'
import type { ResourceSlice } from '#kinds/gen/resource-v1'
import { requestedName } from '../../listen/certificates.ts'
import type { NodeRule } from './asked.ts'

const leaseNamespace = 'kube-node-lease'
const ownSigners = ['kubernetes.io/kube-apiserver-client-kubelet', 'kubernetes.io/kubelet-serving']

/** Leases: a node has the one of its name. */
export const leaseRule: NodeRule = ({ admission, node, name }) => {
  const { namespace } = admission.call.info
  if (namespace !== leaseNamespace) {
    return `can only access leases in the ${JSON.stringify(leaseNamespace)} system namespace`
  }
  return name === node ? undefined : 'can only access node lease with the same name as the requesting node'
}

/** CSINodes: a node has the one of its name. */
export const csiNodeRule: NodeRule = ({ node, name }) =>
  name === node ? undefined : 'can only access CSINode with the same name as the requesting node'

/** Slices of devices: a node makes and deletes those of its devices; the rest is for the authorizer. */
export const sliceRule: NodeRule = ({ admission, node }) => {
  const { operation, object, old } = admission
  if (operation === 'UPDATE') return undefined
  if (((object ?? old) as ResourceSlice).spec.nodeName === node) return undefined
  const verb = operation === 'CREATE' ? 'create' : 'delete'
  return `can only ${verb} ResourceSlice with the same NodeName as the requesting node`
}

/** Requests for certificates: a node asks for its own name, where the name makes a node. */
export const requestRule: NodeRule = async ({ admission, node, subresource }) => {
  if (admission.operation !== 'CREATE' || subresource !== '') return undefined
  const { spec } = admission.object as CertificateSigningRequest
  if (!ownSigners.includes(spec.signerName)) return undefined
  const wanted = `system:node:${node}`
  try {
    const name = await requestedName(Buffer.from(spec.request, 'base64').toString())
    return name === wanted ? undefined : `can only create a node CSR with CN=${wanted}`
  } catch (error) {
    return `unable to parse csr: ${(error as Error).message}`
  }
}
