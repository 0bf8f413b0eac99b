/** @file Quantities as people read them. */
/** `0.4 s`, `52 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export function formatDuration(seconds) {
    if (seconds < 9.95)
        return `${seconds.toFixed(1)} s`;
    const whole = Math.round(seconds);
    if (whole < 60)
        return `${whole} s`;
    if (whole < 3600)
        return `${Math.floor(whole / 60)} min ${whole % 60} s`;
    const minutes = Math.round(seconds / 60);
    if (minutes < 24 * 60)
        return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
    const hours = Math.round(seconds / 3600);
    return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
/** `50,000`. */
export function formatCount(count) {
    return count.toLocaleString('en-US');
}
/** `1 picture`, `3,600 pictures`. */
export function plural(count, noun, more = `${noun}s`) {
    return `${formatCount(count)} ${count === 1 ? noun : more}`;
}
/** `41.3 %`, or `41 %` without digits. */
export function percent(share, digits = 1) {
    return `${(100 * share).toFixed(digits)} %`;
}
/** `812 B`, `1.5 kB`, `44 MB`: powers of 1000, two digits or more. */
export function formatBytes(bytes) {
    const units = ['B', 'kB', 'MB', 'GB', 'TB'];
    let value = bytes;
    let unit = 0;
    while (value >= 999.5 && unit < units.length - 1) {
        value /= 1000;
        unit++;
    }
    return `${unit > 0 && value < 9.95 ? value.toFixed(1) : value.toFixed(0)} ${units[unit]}`;
}
/** `41 pictures/s`, `3.2 pictures/s`, `0.25 pictures/s`. */
export function formatRate(perSecond, what) {
    const digits = perSecond < 0.995 ? 2 : perSecond < 9.95 ? 1 : 0;
    const value = perSecond.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
    return `${value} ${what}/s`;
}
