import { type GraphQLSchema, isObjectType } from 'graphql'

/** A place in an answer, and those below it. The executor makes one such object for each; compiled queries do not. */
type Path = { key: string | number; prev: Path | undefined; typename: string | undefined }
type Place = { path: Path | undefined; below: Map<string | number, Place> }

const placesOf = new WeakMap<object, Place>()

function placeOf(root: Place, path: Path | undefined): Place {
  if (path === undefined) return root
  const above = placeOf(root, path.prev)
  let place = above.below.get(path.key)
  if (!place) {
    place = { path: { key: path.key, prev: above.path, typename: undefined }, below: new Map() }
    above.below.set(path.key, place)
  }
  return place
}

/**
 * Gives each place of an answer one object as its path in compiled queries too, which make a new one for each field that
 * is resolved. The Prisma plugin notes by the path's object what was loaded there; where it does not find its note it
 * reads the row again. The context of a request is its own.
 */
export function withOnePathForEachPlace(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue
    for (const field of Object.values(type.getFields())) {
      const { resolve } = field
      if (!resolve) continue
      field.resolve = (row, args, context, info) => {
        // The executor's paths name the type, and the info of a compiled query is made for this call alone.
        if (info.path.typename === undefined) {
          let root = placesOf.get(context)
          if (!root) {
            root = { path: undefined, below: new Map() }
            placesOf.set(context, root)
          }
          Object.assign(info, { path: placeOf(root, info.path).path })
        }
        return resolve(row, args, context, info)
      }
    }
  }
  return schema
}
