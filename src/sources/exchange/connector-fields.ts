import { boolean, field, nonEmptyText, orNull, type Place } from '../decode.js';
import { instantOrNever, textOrNull, texts } from './cmdlet-values.js';

type Row = Parameters<typeof field>[0];

/** How the fields of a connector are read, and those that both directions have. */
export function connectorFields(row: Row, place: Place) {
  const flag = (name: string) => field(row, name, orNull(boolean), place);
  const words = (name: string) => field(row, name, textOrNull, place);
  const several = (name: string) => field(row, name, orNull(texts), place);
  const shared = {
    name: field(row, 'Name', nonEmptyText, place),
    guid: words('Guid'),
    enabled: flag('Enabled'),
    type: words('ConnectorType'),
    madeBy: words('ConnectorSource'),
    comment: words('Comment'),
    cloudServicesMail: flag('CloudServicesMailEnabled'),
    changedAt: field(row, 'WhenChangedUTC', instantOrNever, place),
  };
  return { flag, words, several, shared };
}
