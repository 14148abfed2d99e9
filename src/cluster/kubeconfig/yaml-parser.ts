/** The one name of the YAML library that is needed here, so that the bundle can leave out the rest and load it lazily. */
export { parse } from "yaml";
