/** Where an object is, as requests take it: nothing for objects outside namespaces. */
export const placeOf = ({ namespace }: { readonly namespace: string | undefined }): { namespace?: string } =>
  namespace === undefined ? {} : { namespace }
