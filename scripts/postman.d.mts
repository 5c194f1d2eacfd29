/** `document`: OpenAPI 3.1. */
export function postmanCollection(document: object): object
