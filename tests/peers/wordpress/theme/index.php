<?php // The least that a theme can be; most tests ask for it, because it takes a quarter of the time of a real one. ?>
<!DOCTYPE html>
<html>
<head><title><?php wp_title(''); ?></title><?php wp_head(); ?></head>
<body>
<?php while (have_posts()): the_post(); ?>
<h1><?php the_title(); ?></h1>
<?php the_content(); ?>
<?php endwhile; ?>
<?php wp_footer(); ?>
</body>
</html>
