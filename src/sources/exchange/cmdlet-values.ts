/** Values as cmdlets write them over HTTP. Null is what was not told: a field that does not apply is absent. */
import { type Decoder, instant, list, misfit, orNull, text } from '../decode.js';

/** Several texts; one alone may come bare. */
export const texts: Decoder<readonly string[]> = (value, place) =>
  typeof value === 'string' ? [value] : list(text)(value, place);

/** Texts as a list, or in one text with commas. */
export const commaTexts: Decoder<readonly string[]> = (value, place) =>
  texts(value, place)
    .flatMap((each) => each.split(','))
    .map((each) => each.trim())
    .filter((each) => each !== '');

export const textOrNull: Decoder<string | null> = (value, place) => {
  const given = orNull(text)(value, place);
  return given === null || given.trim() === '' ? null : given;
};

/** .NET's first day stands for never. */
export const instantOrNever: Decoder<Date | null> = (value, place) => {
  const given = orNull(instant)(value, place);
  return given === null || given.getTime() <= 0 ? null : given;
};

const TIME_SPAN = /^(?:(\d{1,5})\.)?(\d\d):(\d\d):(\d\d)(?:\.\d{1,7})?$/;

/** `d.hh:mm:ss` in seconds. */
export const timeSpan: Decoder<number> = (value, place) => {
  const match = typeof value === 'string' ? TIME_SPAN.exec(value) : null;
  if (match === null) throw misfit(place, 'a span of time as 1.00:00:00');
  const [, days = '0', hours, minutes, seconds] = match;
  return ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
};
