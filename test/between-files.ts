/** @file Before each test file, takes back what one before it has changed for the whole process. */
import sharp from 'sharp';

// A service lets libvips open fewer formats; others draw.
sharp.unblock({ operation: ['VipsForeignLoad'] });
